"""The app: screens in a terminal over one Practice at a time. The only package that knows Textual."""
