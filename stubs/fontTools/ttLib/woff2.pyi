from types import ModuleType, SimpleNamespace

brotli: ModuleType | SimpleNamespace
