"""What designers use while they write: checks of everything they wrote, with reasons and fixes."""
