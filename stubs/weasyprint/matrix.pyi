class Matrix:
    values: tuple[float, float, float, float, float, float]
