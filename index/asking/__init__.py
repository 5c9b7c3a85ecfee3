"""A question → what it asks, before anything is looked up: kind, place, unit, document, number, and the matter that is left."""
