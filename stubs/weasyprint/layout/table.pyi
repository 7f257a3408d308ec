from collections.abc import Callable

auto_table_layout: Callable[..., None]
table_and_columns_preferred_widths: Callable[..., object]
