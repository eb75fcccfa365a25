"""What every service stands on: values, the contracts made of them, and the chassis that carries them."""
