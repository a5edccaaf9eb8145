package io.warroom.platform;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Token, people, the room, everybody added once more, a message: as a worker goes on, who waits when it is
 * told to, looks before it creates again, and takes the next key when a room is gone. The simulator is the witness.
 */
enum OpeningCourse {
    /**
     * One person has a mobile that nobody has; two more come by ids of which one is nobody's and one is outside the app's range. The
     * token is over before the message.
     */
    BAD_PEOPLE("with people of no use"),
    /**
     * A create is throttled, the next never arrives, and the answer of the third is lost; on Lark a member call is refused as the
     * chat is being changed, and the message loses its answer, too. Who is known to be in is not added again.
     */
    LOST("after a lost answer"),
    /**
     * The answer of the create is lost, and one more person is found before it is repeated; everybody is added once more.
     */
    CHANGED("after a lost answer, with one person more"),
    /**
     * The answer of the create is lost, the process ends, and the next one, which knows nothing of it but that an answer was lost,
     * finds one person more. Who is said to be in is not added again.
     */
    RESTARTED("after a lost answer and a restart, with one person more"),
    /** The answer of the create is lost, and people dissolve the room before it is repeated. */
    DISSOLVED("after a lost answer, the room dissolved");

    static final String OPENED = "one room, everybody who can be in it, one message";

    private static final int TRIES = 10;
    private static final int GENERATIONS = 3;
    private static final List<Person> GOOD = List.of(
            Fixture.person("p1", null, "+8613800000001", null),
            Fixture.person("p2", null, "+8613800000002", null),
            Fixture.person("p3", null, "+8613800000003", null));
    private static final List<Person> BAD = List.of(
            Fixture.person("p4", "nobody", null, null),
            Fixture.person("p5", "hidden", null, null),
            Fixture.person("p6", null, "+8613899999999", null));

    private final String words;

    OpeningCourse(String words) {
        this.words = words;
    }

    /** How an opening ended. */
    record Ended(String words, boolean honest) {
        boolean opened() {
            return words.equals(OPENED);
        }
    }

    /** Opens a room under the switches. */
    Ended under(PlatformKind kind, String switches) {
        // The clients' own time stands still: they learn that a token is over from the platform alone.
        Clock still = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
        try (Simulated world = new Simulated();
                ChatPlatforms clients = world.clients(still);
                ChatPlatforms restarted = world.clients(still)) {
            world.switches(kind, switches);
            world.faults(faults(kind).toArray(String[]::new));
            ChatPlatform client = Fixture.client(clients, kind);
            ChatPlatform next = this == RESTARTED ? Fixture.client(restarted, kind) : client;
            Ended ended = new Opening(this, world, client, next, world.app(kind)).open();
            return ended.opened() ? ended : new Ended(words + ": " + ended.words(), ended.honest());
        }
    }

    private List<String> faults(PlatformKind kind) {
        String create = Fixture.createPath(kind).replaceFirst("^/(cgi-bin/|open-apis/)?", "");
        List<String> faults = new ArrayList<>();
        Stream<String> onCreate = switch (this) {
            case BAD_PEOPLE -> Stream.of();
            case LOST -> Stream.of("THROTTLED", "RESET_BEFORE", "RESET_AFTER");
            case CHANGED, RESTARTED, DISSOLVED -> Stream.of("RESET_AFTER");
        };
        onCreate.forEach(fault -> faults.add(fault(kind, create, fault)));
        if (this == LOST && kind == PlatformKind.LARK) {
            faults.add(fault(kind, "im/v1/messages", "RESET_AFTER"));
            faults.add("""
                    {"platform":"LARK","endpoint":"im/v1/chats/:chat_id/members","kind":"REFUSED","code":"232019"}""");
        }
        return faults;
    }

    private static String fault(PlatformKind kind, String endpoint, String fault) {
        return """
                {"platform":"%s","endpoint":"%s","kind":"%s"}""".formatted(kind, endpoint, fault);
    }

    /**
     * One opening.
     *
     * @param next what goes on after the first create
     */
    private record Opening(OpeningCourse course, Simulated world, ChatPlatform client, ChatPlatform next, App app) {

        Ended open() {
            List<Person> asked = course == BAD_PEOPLE
                    ? Stream.concat(GOOD.stream(), BAD.stream()).toList()
                    : GOOD;
            Outcome<Roster> found = client.resolve(app, asked);
            if (!(found instanceof Outcome.Done<Roster>(var roster))) {
                return failed("people", found);
            }
            List<RoomUser> users = roster.found();
            Outcome<Room> made = make(1, users);
            for (int generation = 2; generation <= GENERATIONS && isGone(made); generation++) {
                made = make(generation, users);
            }
            if (!(made instanceof Outcome.Done<Room>(var room))) {
                return failed("room", made);
            }
            // A room that was found again need not say who is in it: then everybody is added once more.
            Room known = course == CHANGED ? new Room(room.id(), room.name(), Set.of()) : room;
            Outcome<Admission> admitted = tried(() -> next.admit(app, known, users));
            if (!(admitted instanceof Outcome.Done<Admission>(var admission))) {
                return failed("adding", admitted);
            }
            if (course == BAD_PEOPLE) {
                world.clock.pass(Duration.ofHours(3)); // The token is over.
            }
            Outcome<Posted> posted = tried(() -> next.post(app, room, Fixture.briefing("Down", "All of it")));
            return posted instanceof Outcome.Done<Posted> ? witnessed(known, admission) : failed("message", posted);
        }

        private Outcome<Room> make(int generation, List<RoomUser> users) {
            RoomPlan whole = plan(generation, users);
            RoomPlan plan = course == CHANGED || course == RESTARTED
                    ? plan(
                            generation,
                            users.stream()
                                    .filter(user -> !user.platformUserId().equals("u3"))
                                    .toList())
                    : whole;
            Outcome<Room> made = client.create(app, plan);
            for (int tries = 0; tries < TRIES && goesOn(made); tries++) {
                world.clock.pass(Duration.ofSeconds(2));
                if (made instanceof Outcome.Unknown<Room>) {
                    if (course == DISSOLVED && tries == 0) {
                        world.rooms(app.platform())
                                .forEach(room -> world.send(
                                        "POST",
                                        "/tenants/acme/" + app.platform() + "/dissolve",
                                        "{\"roomId\":\"" + room.path("roomId").asString() + "\"}"));
                    }
                    made = tried(() -> next.lookUp(app, whole)).then(seen -> switch (seen) {
                        case Sighting.Found(var room) -> new Outcome.Done<>(room);
                        case Sighting.Absent() -> next.create(app, whole);
                        case Sighting.RepeatCreate() -> next.create(app, whole);
                        case Sighting.Foreign() ->
                            new Outcome.Refused<>(
                                    new Failure(Failure.Kind.ROOM_GONE, "The key is a foreign room's.", null, null));
                    });
                } else {
                    made = next.create(app, whole);
                }
            }
            return made;
        }

        private static RoomPlan plan(int generation, List<RoomUser> users) {
            return new RoomPlan("key" + generation, "acme INC-1", "INC-1 down", "u1", users);
        }

        private static boolean isGone(Outcome<Room> made) {
            return made instanceof Outcome.Refused<Room>(var why) && why.kind() == Failure.Kind.ROOM_GONE;
        }

        private static boolean goesOn(Outcome<?> outcome) {
            return outcome instanceof Outcome.NotYet || outcome instanceof Outcome.Unknown;
        }

        /** Whoever can be asked again safely is: reading, adding, and Lark's messages, which have a key. */
        private <T> Outcome<T> tried(Supplier<Outcome<T>> step) {
            Outcome<T> outcome = step.get();
            for (int tries = 0; tries < TRIES && goesOn(outcome); tries++) {
                world.clock.pass(Duration.ofSeconds(3));
                outcome = step.get();
            }
            return outcome;
        }

        private List<JsonNode> living() {
            return world.rooms(app.platform()).stream()
                    .filter(room -> !room.path("dissolved").asBoolean())
                    .toList();
        }

        /** An end that tells of its failure is honest while there is one room at most, and one message in it. */
        private Ended failed(String where, Outcome<?> outcome) {
            List<JsonNode> rooms = living();
            boolean honest = rooms.size() <= 1
                    && rooms.stream().allMatch(room -> room.path("messages").size() <= 1);
            return new Ended(
                    where + ": " + Fixture.why(outcome).words() + " (" + rooms.size() + " on the platform)", honest);
        }

        private Ended witnessed(Room known, Admission admission) {
            List<JsonNode> rooms = living();
            if (rooms.size() != 1) {
                return new Ended(rooms.size() + " rooms", false);
            }
            JsonNode room = rooms.getFirst();
            Set<String> in = new HashSet<>();
            room.path("members").forEach(member -> in.add(member.path("userId").asString()));
            if (!in.equals(Set.of("u1", "u2", "u3"))) {
                return new Ended("in the room: " + in.stream().sorted().toList(), false);
            }
            int messages = room.path("messages").size();
            if (messages != 1) {
                return new Ended(messages + " messages", false);
            }
            Set<String> missing = admission.missing().stream()
                    .map(one -> one.person().personId())
                    .collect(Collectors.toSet());
            if (Stream.of("p1", "p2", "p3").anyMatch(missing::contains)) {
                return new Ended(
                        "one room and one message, but said to be missing: "
                                + missing.stream().sorted().toList(),
                        false);
            }
            String strangers = Stream.concat(
                            known.presentUserIds().stream(),
                            admission.admitted().stream().map(RoomUser::platformUserId))
                    .filter(id -> !in.contains(id))
                    .distinct()
                    .sorted()
                    .collect(Collectors.joining(", "));
            return strangers.isEmpty()
                    ? new Ended(OPENED, true)
                    : new Ended("one room and one message, but said to be in it: " + strangers, false);
        }
    }
}
