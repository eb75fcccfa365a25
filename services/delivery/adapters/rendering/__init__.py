"""PDF files by typst: the templates, the processes that compile them, and who remembers what was made."""

from services.delivery.adapters.rendering.makers import RenderingMaker
from services.delivery.adapters.rendering.pool import RenderingPool

__all__ = ["RenderingMaker", "RenderingPool"]
