package io.warroom.worker.opening;

import io.warroom.platform.Admission;
import io.warroom.platform.App;
import io.warroom.platform.ChatPlatform;
import io.warroom.platform.Failure;
import io.warroom.platform.Missing;
import io.warroom.platform.Notice;
import io.warroom.platform.Person;
import io.warroom.platform.PlatformKind;
import io.warroom.platform.RoomUser;
import io.warroom.platform.Roster;
import io.warroom.worker.opening.FollowUp.Pending;
import io.warroom.worker.opening.FollowUp.Resolution;
import io.warroom.worker.opening.FollowUp.Update;
import io.warroom.worker.opening.Message.Kind;
import io.warroom.worker.opening.Patience.Settled;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells an open room what is said of its incident later: lets people in, renames it, posts, closes it. What comes of it is
 * published last, so that whatever is cut short is done again; only a message may then come twice. Safe for concurrent use.
 */
final class RoomFollowing {

    private static final Logger log = LoggerFactory.getLogger(RoomFollowing.class);

    private static final String RESOLVED = "[Resolved] ";

    /** One step on the platform: done, to be waited for, or refused for good. */
    private sealed interface Step<T> {
        record Done<T>(T value) implements Step<T> {}

        record Wait<T>(Attempt.MustWait until) implements Step<T> {}

        record Refused<T>(Failure why) implements Step<T> {}
    }

    /** What came of telling an update. */
    private sealed interface Telling {
        record Told(OpenRoom room) implements Telling {}

        record Wait(Attempt.MustWait until) implements Telling {}
    }

    private final AppGate gate;
    private final Directory directory;
    private final Results results;
    private final Messenger messenger;
    private final Clock clock;
    private final Supplier<Patience> patience;
    private final UntilSafe untilSafe;
    private final ClosingPolicy closing;

    /** @param patience a new one for each attempt */
    RoomFollowing(
            AppGate gate,
            Directory directory,
            Results results,
            Messenger messenger,
            Clock clock,
            Supplier<Patience> patience,
            UntilSafe untilSafe,
            ClosingPolicy closing) {
        this.gate = gate;
        this.directory = directory;
        this.results = results;
        this.messenger = messenger;
        this.clock = clock;
        this.patience = patience;
        this.untilSafe = untilSafe;
        this.closing = closing;
    }

    /** Tells the room all of it, the update first. */
    Attempt follow(OpenRoom room, Pending pending) throws InterruptedException {
        return gate.attempt(room.tenantId(), room.platform(), false, new AppGate.Work() {
            @Override
            public Attempt with(App app, ChatPlatform platform) throws InterruptedException {
                return tell(room, pending, app, platform);
            }

            @Override
            public Attempt unreadable(PlatformKind platform, long revision, String words) throws InterruptedException {
                giveUp(room, pending, words);
                return new Attempt.Ended();
            }
        });
    }

    /** It could not be told in time: whoever should have joined is named as missing, a resolved incident's room is closed. */
    void giveUp(OpenRoom room, Pending pending, String words) throws InterruptedException {
        log.atWarn()
                .addKeyValue("tenant", room.tenantId())
                .addKeyValue("platform", room.platform())
                .addKeyValue("incidentId", room.incidentId())
                .addKeyValue("roomId", room.roomId())
                .addKeyValue("why", words)
                .log("The room could not be told what is new of its incident");
        var update = pending.update() == null ? null : room.updateTimes().current(pending.update());
        if (update != null && !room.wasTold(update) && !update.isEmpty()) {
            var missing = newcomers(room, update).stream()
                    .map(person -> new Missing(person, Missing.Reason.LOOKUP_FAILED, words))
                    .toList();
            var text = gate.clientOf(room.platform()).textOf(notice(room, update, List.of(), missing));
            var told = room.told(update, room.roomName(), List.of(), missing)
                    .with(messenger.giveUp(room, Kind.UPDATE, text, words));
            untilSafe.run(() -> results.changed(told));
        }
        var resolution = pending.resolution();
        if (resolution != null) {
            var text = gate.clientOf(room.platform()).textOf(notice(room, resolution));
            var message = messenger.giveUp(room, Kind.RESOLUTION, text, words);
            var at = clock.instant();
            untilSafe.run(() -> results.closed(room, resolution, false, message, at));
        }
    }

    private Attempt tell(OpenRoom room, Pending pending, App app, ChatPlatform platform) throws InterruptedException {
        var patient = patience.get();
        var now = room;
        var update = pending.update();
        if (update != null && !room.wasTold(update)) {
            switch (tell(room, update, app, platform, patient)) {
                case Telling.Wait(var wait) -> {
                    return wait;
                }
                case Telling.Told(var told) -> now = told;
            }
        }
        var resolution = pending.resolution();
        return resolution == null ? new Attempt.Ended() : close(now, resolution, app, platform, patient);
    }

    private Telling tell(OpenRoom room, Update received, App app, ChatPlatform platform, Patience patient)
            throws InterruptedException {
        var update = room.updateTimes().current(received);
        if (update.isEmpty()) {
            return new Telling.Told(room);
        }
        var joined = new ArrayList<RoomUser>();
        var missing = new ArrayList<Missing>();
        if (admit(room, update, app, platform, patient, joined, missing) instanceof Step.Wait<Admission>(var wait)) {
            return new Telling.Wait(wait);
        }
        if (joined.isEmpty() && update.isOfPeopleAlone()) {
            var later = missing.stream().filter(Missing::mayBeFoundLater).findFirst();
            if (later.isPresent()) {
                return new Telling.Wait(new Attempt.MustWait(
                        Waiting.Reason.PEOPLE_NOT_FOUND,
                        later.get().detail(),
                        new Directory.Version(app.platform(), app.revision()),
                        Duration.ZERO,
                        true));
            }
        }
        String name = room.roomName();
        String wished = update.title() == null ? name : RoomPlans.name(room.incidentId(), update.title());
        if (!platform.nameOf(wished).equals(name)) {
            switch (step(app, patient.settle(() -> platform.rename(app, room.onPlatform(), wished)))) {
                case Step.Done<String>(var given) -> name = given;
                case Step.Wait<String>(var wait) -> {
                    return new Telling.Wait(wait);
                }
                case Step.Refused<String>(var why) -> refused(room, why, "The room could not be renamed");
            }
        }
        return switch (say(room, Kind.UPDATE, notice(room, update, joined, missing), app, platform, patient)) {
            case Messenger.Said.Wait(var until) -> new Telling.Wait(until);
            case Messenger.Said.Ended(var message) -> {
                var changed = room.told(update, name, joined, missing).with(message);
                untilSafe.run(() -> results.changed(changed));
                gate.works(app);
                yield new Telling.Told(changed);
            }
        };
    }

    private static List<Person> newcomers(OpenRoom room, Update update) {
        var members = room.members().stream()
                .map(member -> member.person().personId())
                .collect(Collectors.toSet());
        return update.added().stream()
                .filter(person -> !members.contains(person.personId()))
                .toList();
    }

    private Step<Admission> admit(
            OpenRoom room,
            Update update,
            App app,
            ChatPlatform platform,
            Patience patient,
            List<RoomUser> joined,
            List<Missing> missing)
            throws InterruptedException {
        // The room's record believes that they are in it; a person may have removed them on the platform.
        var believed = room.members().stream()
                .filter(member -> update.added().stream()
                        .anyMatch(person ->
                                person.personId().equals(member.person().personId())))
                .toList();
        var newcomers = newcomers(room, update);
        var found = new ArrayList<>(believed);
        if (!newcomers.isEmpty()) {
            switch (step(
                    app,
                    update.isOfPeopleAlone(),
                    patient.settle(() -> platform.resolve(app, BoundUsers.of(newcomers, app, directory))))) {
                case Step.Done<Roster>(var roster) -> {
                    missing.addAll(roster.missing());
                    found.addAll(roster.found());
                }
                case Step.Wait<Roster>(var wait) -> {
                    return new Step.Wait<>(wait);
                }
                case Step.Refused<Roster>(var why) ->
                    newcomers.forEach(
                            person -> missing.add(new Missing(person, Missing.Reason.LOOKUP_FAILED, why.words())));
            }
        }
        if (found.isEmpty()) {
            return new Step.Done<>(new Admission(List.of(), List.of()));
        }
        var admission = step(
                app,
                update.isOfPeopleAlone(),
                patient.settle(() -> platform.admit(app, room.ofUnknownMembers(), found)));
        switch (admission) {
            case Step.Done<Admission>(var in) -> {
                in.admitted().stream().filter(user -> !believed.contains(user)).forEach(joined::add);
                missing.addAll(in.missing());
            }
            case Step.Wait<Admission>(var wait) -> {}
            case Step.Refused<Admission>(var why) ->
                found.forEach(user -> missing.add(new Missing(user.person(), Missing.Reason.REFUSED, why.words())));
        }
        return admission;
    }

    private static Notice notice(OpenRoom room, Update update, List<RoomUser> joined, List<Missing> missing) {
        var facts = new ArrayList<Notice.Fact>();
        fact(facts, "Title", update.title());
        fact(facts, "Severity", update.severity());
        fact(facts, "Impact", update.impact());
        fact(
                facts,
                "Joined",
                joined.isEmpty()
                        ? null
                        : joined.stream().map(user -> user.person().name()).collect(Collectors.joining(", ")));
        missing.forEach(one -> fact(facts, "Missing", one.person().name() + ": " + one.detail()));
        return new Notice(
                RoomPlans.key("update/" + update.digest(), room.tenantId(), room.incidentId(), room.generation()),
                room.incidentId() + " updated",
                facts,
                update.note());
    }

    private static Notice notice(OpenRoom room, Resolution resolution) {
        return new Notice(
                RoomPlans.key("resolved", room.tenantId(), room.incidentId(), room.generation()),
                room.incidentId() + " resolved",
                List.of(new Notice.Fact("Resolved", resolution.resolvedAt().toString())),
                resolution.summary());
    }

    private static void fact(List<Notice.Fact> facts, String name, @Nullable String value) {
        if (value != null) {
            facts.add(new Notice.Fact(name, value));
        }
    }

    private Attempt close(OpenRoom room, Resolution resolution, App app, ChatPlatform platform, Patience patient)
            throws InterruptedException {
        boolean dissolved = false;
        Message message = null;
        if (closing == ClosingPolicy.DISSOLVE) {
            switch (step(app, patient.settle(() -> platform.dissolve(app, room.onPlatform())))) {
                case Step.Done<Boolean>(var done) -> dissolved = done;
                case Step.Wait<Boolean>(var wait) -> {
                    return wait;
                }
                case Step.Refused<Boolean>(var why) -> refused(room, why, "The room could not be dissolved");
            }
        }
        if (!dissolved) {
            if (closing != ClosingPolicy.KEEP && !room.roomName().startsWith(RESOLVED)) {
                switch (step(
                        app,
                        patient.settle(() -> platform.rename(app, room.onPlatform(), RESOLVED + room.roomName())))) {
                    case Step.Done<String>(var given) -> {}
                    case Step.Wait<String>(var wait) -> {
                        return wait;
                    }
                    case Step.Refused<String>(var why) -> refused(room, why, "The room could not be renamed");
                }
            }
            switch (say(room, Kind.RESOLUTION, notice(room, resolution), app, platform, patient)) {
                case Messenger.Said.Wait(var until) -> {
                    return until;
                }
                case Messenger.Said.Ended(var said) -> message = said;
            }
        }
        boolean gone = dissolved;
        var last = message;
        var at = clock.instant();
        untilSafe.run(() -> results.closed(room, resolution, gone, last, at));
        gate.works(app);
        return new Attempt.Ended();
    }

    private Messenger.Said say(
            OpenRoom room, Kind kind, Notice notice, App app, ChatPlatform platform, Patience patient)
            throws InterruptedException {
        return messenger.say(
                app, room, kind, platform.textOf(notice), patient, () -> platform.tell(app, room.onPlatform(), notice));
    }

    private <T> Step<T> step(App app, Settled<T> settled) throws InterruptedException {
        return step(app, false, settled);
    }

    /** @param awaitSetUp whether to wait for an administrator who must mend the app's set-up */
    private <T> Step<T> step(App app, boolean awaitSetUp, Settled<T> settled) throws InterruptedException {
        return switch (settled) {
            case Settled.Done<T>(var value) -> new Step.Done<>(value);
            case Settled.GivenUp<T>(var why, var pause) -> {
                var wait =
                        awaitSetUp ? gate.mayPass(app, why, pause, true) : gate.mayPassByItself(app, why, pause, true);
                yield wait.<Step<T>>map(Step.Wait::new).orElseGet(() -> new Step.Refused<>(why));
            }
        };
    }

    private static void refused(OpenRoom room, Failure why, String what) {
        log.atWarn()
                .addKeyValue("tenant", room.tenantId())
                .addKeyValue("platform", room.platform())
                .addKeyValue("incidentId", room.incidentId())
                .addKeyValue("roomId", room.roomId())
                .addKeyValue("errorCode", why.code())
                .addKeyValue("requestId", why.requestId())
                .log(what);
    }
}
