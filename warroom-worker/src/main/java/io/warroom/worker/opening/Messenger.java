package io.warroom.worker.opening;

import io.warroom.platform.App;
import io.warroom.platform.Outcome;
import io.warroom.platform.Posted;
import io.warroom.worker.opening.Message.Kind;
import io.warroom.worker.opening.Message.State;
import io.warroom.worker.opening.Patience.Settled;
import java.time.Clock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts messages into open rooms, each at least once: a post without an answer is repeated with the same key until the platform
 * answers or the message's deadline passes. Lark drops the repeat; on WeCom and DingTalk a message may come twice, which is
 * better than a room that misses it. A message that is refused never takes the room away. Safe for concurrent use.
 */
final class Messenger {

    private static final Logger log = LoggerFactory.getLogger(Messenger.class);

    /** What came of it. */
    sealed interface Said {
        record Ended(Message message) implements Said {}

        record Wait(Attempt.MustWait until) implements Said {}
    }

    private final AppGate gate;
    private final Clock clock;

    Messenger(AppGate gate, Clock clock) {
        this.gate = gate;
        this.clock = clock;
    }

    /** @param post sends the text, with the same key each time */
    Said say(App app, OpenRoom room, Kind kind, String text, Patience patient, Supplier<Outcome<Posted>> post)
            throws InterruptedException {
        switch (patient.settle(post)) {
            case Settled.Done<Posted>(var posted) -> {
                return ended(room, Message.sent(kind, text, clock.instant(), posted));
            }
            case Settled.GivenUp<Posted>(var why, var pause) -> {
                var wait = kind == Kind.FIRST
                        ? gate.mayPass(app, why, pause, true)
                        : gate.mayPassByItself(app, why, pause, true);
                return wait.isPresent()
                        ? new Said.Wait(wait.get())
                        : ended(room, Message.refused(kind, text, clock.instant(), why));
            }
        }
    }

    /** Its time is over before it could be said. */
    Message giveUp(OpenRoom room, Kind kind, String text, String words) {
        return told(room, Message.givenUp(kind, text, clock.instant(), words));
    }

    private static Said ended(OpenRoom room, Message message) {
        return new Said.Ended(told(room, message));
    }

    private static Message told(OpenRoom room, Message message) {
        if (message.state() != State.SENT) {
            log.atWarn()
                    .addKeyValue("tenant", room.tenantId())
                    .addKeyValue("platform", room.platform())
                    .addKeyValue("incidentId", room.incidentId())
                    .addKeyValue("roomId", room.roomId())
                    .addKeyValue("message", message.kind())
                    .addKeyValue("state", message.state())
                    .addKeyValue("errorCode", message.platformCode())
                    .addKeyValue("requestId", message.platformRequestId())
                    .addKeyValue("why", message.detail())
                    .log("A message may not be in its room, and is not sent again");
        }
        return message;
    }
}
