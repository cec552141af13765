"""What the words mean: classes, properties, shapes, vocabulary and competency questions."""
