package io.warroom.worker.opening;

import io.warroom.platform.App;
import io.warroom.platform.ChatPlatform;
import io.warroom.platform.Failure;
import io.warroom.platform.Outcome;
import io.warroom.platform.Room;
import io.warroom.platform.RoomPlan;
import io.warroom.platform.RoomUser;
import io.warroom.platform.Sighting;
import io.warroom.worker.opening.Patience.Settled;
import java.time.Duration;
import java.util.List;

/**
 * Creates the room of an incident, or finds it. An answer that never came is looked up before anything is created again, and
 * a create that is refused for good before the incident fails by it; the next attempt's key is used only when the platform
 * says that the room under this one is foreign or gone.
 */
final class RoomOpener {

    /** What became of it. */
    sealed interface Opening {
        record Open(Room room) implements Opening {}

        /**
         * No room, as far as is known.
         *
         * @param pause how long the platform wants to be left alone; zero when it does not say
         * @param mayExist a create was sent and never answered
         */
        record GivenUp(Failure why, Duration pause, boolean mayExist) implements Opening {}
    }

    /** Nobody takes three keys that are hashes of the incident by accident: something else is wrong then. */
    static final int MAX_KEYS = 3;

    private final ChatPlatform platform;
    private final App app;
    private final Patience patience;
    private boolean mayExist;

    /** @param mayExist an earlier attempt's create was never answered */
    RoomOpener(ChatPlatform platform, App app, Patience patience, boolean mayExist) {
        this.platform = platform;
        this.app = app;
        this.patience = patience;
        this.mayExist = mayExist;
    }

    Opening open(Incident incident, List<RoomUser> users) throws InterruptedException {
        Opening last = null;
        for (int attempt = 1; attempt <= MAX_KEYS; attempt++) {
            last = openUnderOneKey(RoomPlans.plan(incident, attempt, users));
            if (!(last instanceof Opening.GivenUp(var why, var pause, var exists)
                    && why.kind() == Failure.Kind.ROOM_GONE)) {
                return last;
            }
        }
        if (last == null) {
            throw new IllegalStateException("no key was tried");
        }
        return last;
    }

    private Opening openUnderOneKey(RoomPlan plan) throws InterruptedException {
        boolean looked = false;
        while (true) {
            if (mayExist && !looked) {
                switch (patience.settle(() -> platform.lookUp(app, plan))) {
                    case Settled.GivenUp<Sighting>(var unseen, var pause) -> {
                        return new Opening.GivenUp(unseen, pause, true);
                    }
                    case Settled.Done<Sighting>(Sighting.Found(var room)) -> {
                        return new Opening.Open(room);
                    }
                    case Settled.Done<Sighting>(Sighting.Foreign()) -> {
                        // The create that was not answered may have been under a later key.
                        return givenUp(new Failure(
                                Failure.Kind.ROOM_GONE, "The room's key is in use by a foreign room.", null, null));
                    }
                    case Settled.Done<Sighting>(Sighting.Absent()) -> mayExist = false;
                    case Settled.Done<Sighting>(
                            Sighting.RepeatCreate()) -> {} // it may still exist, and repeating is how to know
                }
                looked = true;
            }
            switch (platform.create(app, plan)) {
                case Outcome.Done<Room>(var room) -> {
                    return new Opening.Open(room);
                }
                case Outcome.KeyRejected<Room>(var why) -> {
                    return givenUp(why);
                }
                case Outcome.Refused<Room>(var why) -> {
                    return looked || why.kind() == Failure.Kind.ROOM_GONE ? givenUp(why) : unlessItIsThere(plan, why);
                }
                case Outcome.NotYet<Room>(var why, var pause) -> {
                    if (!patience.pause(pause)) {
                        return new Opening.GivenUp(why, pause, mayExist);
                    }
                }
                case Outcome.Unknown<Room>(var why) -> {
                    mayExist = true;
                    looked = false;
                    if (!patience.pause(Duration.ZERO)) {
                        return new Opening.GivenUp(why, Duration.ZERO, true);
                    }
                }
            }
        }
    }

    /** A worker that was killed may have made the room, before that came about for which a create is refused now. */
    private Opening unlessItIsThere(RoomPlan plan, Failure why) {
        return switch (platform.lookUp(app, plan)) {
            case Outcome.Done<Sighting>(Sighting.Found(var room)) -> new Opening.Open(room);
            case Outcome.Done<Sighting> ignored -> givenUp(why);
            case Outcome.Refused<Sighting> ignored -> givenUp(why);
            case Outcome.KeyRejected<Sighting>(var unseen) -> new Opening.GivenUp(unseen, Duration.ZERO, true);
            case Outcome.NotYet<Sighting>(var unseen, var pause) -> new Opening.GivenUp(unseen, pause, true);
            case Outcome.Unknown<Sighting>(var unseen) -> new Opening.GivenUp(unseen, Duration.ZERO, true);
        };
    }

    private Opening givenUp(Failure why) {
        return new Opening.GivenUp(why, Duration.ZERO, mayExist);
    }
}
