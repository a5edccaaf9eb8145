package io.warroom.worker.opening;

import io.warroom.platform.App;
import io.warroom.platform.ChatPlatform;
import io.warroom.platform.Failure;
import io.warroom.platform.Outcome;
import io.warroom.platform.PlatformKind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Finds out whether a room that was open is still on its platform, in one call. Safe for concurrent use. */
final class RoomProbe {

    private final AppGate gate;

    RoomProbe(AppGate gate) {
        this.gate = gate;
    }

    /**
     * Whether the platform says that the room is gone. No answer is no.
     *
     * <p>It lets a member in, as that is the one call that every platform refuses for a room that is gone, and that changes
     * nothing in one that is there.
     */
    boolean isGone(OpenRoom room) throws InterruptedException {
        if (room.members().isEmpty()) {
            return false;
        }
        var gone = new AtomicBoolean();
        gate.attempt(room.tenantId(), room.platform(), false, new AppGate.Work() {
            @Override
            public Attempt with(App app, ChatPlatform platform) {
                var outcome = platform.admit(
                        app, room.ofUnknownMembers(), List.of(room.members().getFirst()));
                gone.set(outcome instanceof Outcome.Refused<?>(var why) && why.kind() == Failure.Kind.ROOM_GONE);
                return outcome instanceof Outcome.Unknown<?>(var why)
                        ? new Attempt.MustWait(
                                Waiting.Reason.PLATFORM_UNAVAILABLE,
                                why.words(),
                                new Directory.Version(app.platform(), app.revision()),
                                Duration.ZERO,
                                false)
                        : new Attempt.Ended();
            }

            @Override
            public Attempt unreadable(PlatformKind platform, long revision, String words) {
                return new Attempt.Ended();
            }
        });
        return gone.get();
    }
}
