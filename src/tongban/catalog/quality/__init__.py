"""质量: named, explained rules over an edition’s document."""
