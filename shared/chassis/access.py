"""Who may read and write what in Kafka: grants as one says them, rules as Kafka keeps them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from confluent_kafka import admin

kafka: Any = admin  # its names are published without being exported, so type checkers cannot see them

Operation = Literal["READ", "WRITE", "DESCRIBE", "IDEMPOTENT_WRITE"]


@dataclass(frozen=True, slots=True)
class Grant:
    """What one principal may do with the topic, group or cluster of a name, or all that begin with it."""

    resource: Literal["topic", "group", "cluster"]
    name: str
    operations: tuple[Operation, ...]
    pattern: Literal["LITERAL", "PREFIXED"] = "LITERAL"


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """One access rule, as Kafka keeps it; `principal` without Kafka's `User:`."""

    principal: str
    resource: str
    pattern: str
    name: str
    operation: str


def rules_of(principal: str, grants: Iterable[Grant]) -> set[Rule]:
    """The access rules that these grants come to."""
    return {
        Rule(principal, grant.resource, grant.pattern, grant.name, operation)
        for grant in grants
        for operation in grant.operations
    }


def rules_asked_for(principal: str | None) -> Any:
    """What finds all rules of a principal, or of everyone."""
    return kafka.AclBindingFilter(
        kafka.ResourceType.ANY,
        None,
        kafka.ResourcePatternType.ANY,
        None if principal is None else f"User:{principal}",
        None,
        kafka.AclOperation.ANY,
        kafka.AclPermissionType.ALLOW,
    )


def rule_of(binding: Any) -> Rule:
    """A rule as Kafka lists it."""
    return Rule(
        binding.principal.removeprefix("User:"),
        "cluster" if binding.restype is kafka.ResourceType.BROKER else binding.restype.name.lower(),
        binding.resource_pattern_type.name,
        binding.name,
        binding.operation.name,
    )


def binding_of(rule: Rule) -> Any:
    """A rule as Kafka takes it."""
    return kafka.AclBinding(*_parts(rule))


def filter_of(rule: Rule) -> Any:
    """What finds this one rule."""
    return kafka.AclBindingFilter(*_parts(rule))


def _parts(rule: Rule) -> tuple[Any, ...]:
    # librdkafka calls the cluster a broker.
    resource = kafka.ResourceType.BROKER if rule.resource == "cluster" else kafka.ResourceType[rule.resource.upper()]
    return (
        resource,
        rule.name,
        kafka.ResourcePatternType[rule.pattern],
        f"User:{rule.principal}",
        "*",
        kafka.AclOperation[rule.operation],
        kafka.AclPermissionType.ALLOW,
    )
