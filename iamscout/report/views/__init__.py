"""What the templates read: values with every decision already made."""
