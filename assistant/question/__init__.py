"""What is asked: made whole from the conversation, by the law of which day, on which premises; and asking back."""
