"""The service: answers, search, navigation, matching."""
