"""The state diagrams of the README, printed from the tables of moves: `python -m nervion_cases.testing.diagrams`."""

from complaints import stages as complaint
from coordination import stages as request

HOLDERS = {
    "executive": "Servicio al Cliente",
    "coordinator": "coordinador",
    "departments": "áreas",
    "department": "área",
}


def mermaid(stages):
    """One Mermaid state diagram: each stage with its Spanish name and who must move next."""
    lines = ["stateDiagram-v2"]
    for stage in stages.Stage:
        holder = HOLDERS.get(stages.BALL_IS_WITH[stage].value)
        label = f"{stage.label} ({holder})" if holder else stage.label
        lines.append(f"    {stage.value}: {label}")
    for stage in stages.Stage:
        lines += [f"    {stage.value} --> {target.value}" for target in sorted(stages.MOVES[stage])]
    return "\n".join(lines)


def both():
    """The two diagrams, complaint first."""
    return mermaid(complaint), mermaid(request)


if __name__ == "__main__":
    for diagram in both():
        print(f"```mermaid\n{diagram}\n```\n")
