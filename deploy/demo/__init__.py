"""Demo data and the story that is played with them. Every name, number and address here is made up."""
