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
 * Creates the room of an incident, or finds it. An answer that never came is looked up before anything is created again; the
 * next generation's key is used only when the platform says that the room under this one is foreign or gone.
 */
final class RoomOpener {

    /** Nobody takes three keys that are hashes of the incident by accident: something else is wrong then. */
    private static final int MOST_GENERATIONS = 3;

    private RoomOpener() {}

    static Settled<Room> open(
            ChatPlatform platform, App app, Incident incident, List<RoomUser> users, Patience patience)
            throws InterruptedException {
        Settled<Room> last = null;
        for (int generation = 1; generation <= MOST_GENERATIONS; generation++) {
            last = openOneGeneration(platform, app, RoomPlans.plan(incident, generation, users), patience);
            if (!(last instanceof Settled.GivenUp<Room>(var why) && why.kind() == Failure.Kind.ROOM_GONE)) {
                return last;
            }
        }
        if (last == null) {
            throw new IllegalStateException("no generation was tried");
        }
        return last;
    }

    private static Settled<Room> openOneGeneration(ChatPlatform platform, App app, RoomPlan plan, Patience patience)
            throws InterruptedException {
        while (true) {
            switch (platform.create(app, plan)) {
                case Outcome.Done<Room>(var room) -> {
                    return new Settled.Done<>(room);
                }
                case Outcome.KeyRejected<Room>(var why) -> {
                    return new Settled.GivenUp<>(why);
                }
                case Outcome.Refused<Room>(var why) -> {
                    return new Settled.GivenUp<>(why);
                }
                case Outcome.NotYet<Room>(var why, var pause) -> {
                    if (!patience.pause(pause)) {
                        return new Settled.GivenUp<>(why);
                    }
                }
                case Outcome.Unknown<Room>(var why) -> {
                    if (!patience.pause(Duration.ZERO)) {
                        return new Settled.GivenUp<>(why);
                    }
                    switch (patience.settle(() -> platform.lookUp(app, plan))) {
                        case Settled.GivenUp<Sighting>(var unseen) -> {
                            return new Settled.GivenUp<>(unseen);
                        }
                        case Settled.Done<Sighting>(Sighting.Found(var room)) -> {
                            return new Settled.Done<>(room);
                        }
                        case Settled.Done<Sighting>(Sighting.Foreign()) -> {
                            return new Settled.GivenUp<>(new Failure(
                                    Failure.Kind.ROOM_GONE, "The room's key is in use by a foreign room.", null, null));
                        }
                        case Settled.Done<Sighting>(Sighting.Absent()) -> {}
                        case Settled.Done<Sighting>(Sighting.RepeatCreate()) -> {}
                    }
                }
            }
        }
    }
}
