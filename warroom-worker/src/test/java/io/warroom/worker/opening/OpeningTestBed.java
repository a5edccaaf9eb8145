package io.warroom.worker.opening;

import io.warroom.platform.App;
import io.warroom.platform.Credentials;
import io.warroom.platform.Person;
import io.warroom.platform.PlatformKind;
import io.warroom.platform.Secret;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An opening whose results decide how its one incident stands next, as the topics would. */
final class OpeningTestBed {

    static final Instant START = Instant.parse("2026-10-01T00:00:00Z");
    static final Person CHEN = new Person("p-1", "Chen", Person.Role.COMMANDER, null, "+8613800000001", null);
    static final Person LI = new Person("p-2", "Li", Person.Role.RESPONDER, null, "+8613800000002", null);

    final ScriptedPlatform platform = new ScriptedPlatform();
    final ScriptedDirectory directory = new ScriptedDirectory(usable(7));
    final List<Result> results = new ArrayList<>();
    final List<OpenRoom> rooms = new ArrayList<>();
    final List<String> repeated = new ArrayList<>();
    final List<String> health = new ArrayList<>();
    final List<Message> closings = new ArrayList<>();
    final Store store = new Store();
    Instant now = START;
    final IncidentOpening opening = new IncidentOpening(
            directory,
            Map.of(PlatformKind.LARK, platform),
            store,
            store,
            (app, revision, state, detail, code, at) -> health.add(state + " at " + revision + ": " + detail),
            ((InstantSource) () -> now).withZone(ZoneOffset.UTC),
            () -> now,
            pause -> now = now.plus(pause),
            new OpeningTimes(Duration.ofSeconds(20), Duration.ofMinutes(10), Duration.ofHours(24)),
            100,
            ClosingPolicy.RENAME);

    /** Both the ledger and where results go. */
    final class Store implements Ledger, Results {
        Standing standing = new Standing.Unknown();

        @Override
        public Standing standing(String tenantId, String incidentId) {
            return standing;
        }

        @Override
        public Optional<Waiting> waiting(Incident incident) {
            return switch (standing) {
                case Standing.Waits(var waiting) -> Optional.of(waiting);
                case Standing.Open(var room, var untold) -> Optional.ofNullable(untold);
                default -> Optional.empty();
            };
        }

        @Override
        public void repeatResult(Incident incident) {
            repeated.add(standing.getClass().getSimpleName());
        }

        @Override
        public Parking park(Waiting waiting) {
            standing = standing instanceof Standing.Open(var room, var untold)
                            && room.generation() == waiting.incident().generation()
                    ? new Standing.Open(room, waiting)
                    : new Standing.Waits(waiting);
            return Parking.PARKED;
        }

        @Override
        public void release(Incident incident) {
            if (standing instanceof Standing.Open(var room, var untold)) {
                standing = new Standing.Open(room, null);
            }
        }

        @Override
        public void publish(Result result) {
            results.add(result);
            standing = switch (result) {
                case Result.Opened opened -> new Standing.Open(opened.room(), null);
                case Result.WithoutChat none -> new Standing.WithoutChat();
                case Result.Failed failed ->
                    new Standing.Failed(
                            failed.incident().declaredAt(),
                            failed.at(),
                            failed.incident().generation(),
                            failed.roomMayExist());
            };
        }

        @Override
        public void briefed(OpenRoom room) {
            changed(room);
        }

        @Override
        public void changed(OpenRoom room) {
            rooms.add(room);
            var untold = standing instanceof Standing.Open(var before, var waiting) ? waiting : null;
            standing = new Standing.Open(room, untold);
        }

        @Override
        public void closed(
                OpenRoom room,
                FollowUp.Resolution resolution,
                boolean dissolved,
                @Nullable Message message,
                Instant at) {
            if (message != null) {
                closings.add(message);
            }
            standing = new Standing.Closed(room.generation(), resolution.resolvedAt());
        }
    }

    Waiting parked() {
        return store.waiting(anIncident(START)).orElseThrow();
    }

    OpenRoom room() {
        return ((Ledger.Standing.Open) store.standing).room();
    }

    Optional<Message> firstMessage() {
        return room().messages().stream()
                .filter(message -> message.kind() == Message.Kind.FIRST)
                .findFirst();
    }

    static Directory.Choice usable(long revision) {
        return new Directory.Choice.Usable(new App(
                "acme", PlatformKind.LARK, revision, "LARK", null, new Credentials.Lark("cli_1", Secret.of("s"))));
    }

    static Incident anIncident(Instant declaredAt) {
        return new Incident(
                "acme",
                "INC-1",
                "checkout down",
                "P1",
                null,
                null,
                null,
                null,
                declaredAt,
                new Incident.Chat.TenantsChoice(),
                List.of(),
                List.of(CHEN));
    }

    static FollowUp.Update update(
            Instant at, @Nullable String title, @Nullable String severity, @Nullable String note, Person... added) {
        return FollowUp.Update.of("acme", "INC-1", title, severity, null, note, List.of(added), at);
    }

    static FollowUp.Resolution resolution(Instant at) {
        return new FollowUp.Resolution("acme", "INC-1", null, at);
    }
}
