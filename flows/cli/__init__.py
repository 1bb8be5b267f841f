"""The command ``dibao``."""
