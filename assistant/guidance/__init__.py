"""What to do: service items, routes, templates and policy measures, for a need and a firm."""
