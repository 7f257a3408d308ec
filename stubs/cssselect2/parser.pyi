from collections.abc import Sequence
from typing import TypeAlias

class LocalNameSelector:
    lower_local_name: str

class ClassSelector:
    class_name: str

class IDSelector:
    ident: str

class PseudoClassSelector:
    name: str

class Selector:
    parsed_tree: Tree

class MatchesAnySelector:
    selector_list: Sequence[Selector]

class SpecificityAdjustmentSelector:
    selector_list: Sequence[Selector]

class CompoundSelector:
    simple_selectors: Sequence[Tree]

class CombinedSelector:
    left: Tree
    combinator: str
    right: Tree

Tree: TypeAlias = (
    LocalNameSelector
    | ClassSelector
    | IDSelector
    | PseudoClassSelector
    | MatchesAnySelector
    | SpecificityAdjustmentSelector
    | CompoundSelector
    | CombinedSelector
)

def parse(input: str) -> Sequence[Selector]: ...
