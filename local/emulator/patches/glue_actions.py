"""What the patches of Glue share."""
from ministack.services import glue


def after(action: str, then) -> None:
    """Has ``then`` do more with a request once the emulator's own action has succeeded."""
    act = getattr(glue, action)

    def act_and_more(data):
        answer = act(data)
        if answer[0] == 200:
            then(data)
        return answer

    setattr(glue, action, act_and_more)
