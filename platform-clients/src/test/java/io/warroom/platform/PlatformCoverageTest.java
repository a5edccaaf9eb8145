package io.warroom.platform;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.warroom.platform.http.UnlistedCodes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Measures what the clients make of every documented code and of every behaviour that the documents leave open, against the
 * simulator, and keeps {@code docs/platform-coverage.md} true. To write the page anew: {@code -Dwarroom.coverage.write=true}.
 */
class PlatformCoverageTest {

    private static final Path PAGE = Path.of("..", "docs", "platform-coverage.md");

    /** A documented code, the call it is tried on, and what it must come to; Stale is a token that is fetched once more. */
    private record Documented(String code, String where, String outcome, Failure.Kind kind, String meaning) {}

    /** What a code came to. */
    private record Tried(Documented documented, boolean listed, String outcome, Failure.Kind kind) {
        boolean asDocumented() {
            return listed && outcome.equals(documented.outcome()) && kind == documented.kind();
        }
    }

    /** One position of a switch, and what the opening came to. */
    private record Position(PlatformKind kind, String name, String value, String result) {
        boolean passes() {
            return result.equals(OPENED);
        }
    }

    private static final String OPENED = "one room, everybody who can be in it, one message";

    /** The positions under which no opening passes, and why. */
    private static final Map<PlatformKind, Map<String, String>> REASONS = Map.of(
            PlatformKind.DINGTALK,
            Map.of(
                    "repeatedUuid=ERROR",
                    "No call finds a DingTalk group by its uuid: the incident fails openly, its first room stays.",
                    "repeatedUuid=NEW_ROOM",
                    "Against the purpose that DingTalk names for uuid; it stands for a window shorter than a retry. No call finds a"
                            + " group by its uuid, so it cannot be helped."),
            PlatformKind.LARK,
            Map.of(
                    "repeatedUuid=NEW_ROOM",
                    "Against Lark's page, which promises one chat within ten hours; it stands for a repeat after them."));

    private static final Simulated WORLD = new Simulated();
    private static final ListAppender<ILoggingEvent> UNLISTED = new ListAppender<>();
    private static final Map<PlatformKind, List<Tried>> CODES = new EnumMap<>(PlatformKind.class);
    private static final Map<PlatformKind, List<Position>> POSITIONS = new EnumMap<>(PlatformKind.class);
    private static final Map<PlatformKind, List<Endpoint>> SERVED = new EnumMap<>(PlatformKind.class);
    private static final Map<PlatformKind, List<Endpoint>> NOT_SERVED = new EnumMap<>(PlatformKind.class);
    private static long revision = 100;

    @BeforeAll
    static void measure() throws IOException {
        UNLISTED.start();
        ((Logger) LoggerFactory.getLogger(UnlistedCodes.class)).addAppender(UNLISTED);
        for (PlatformKind kind : PlatformKind.values()) {
            List<Tried> tried = new ArrayList<>();
            for (Documented code : documented(kind)) {
                tried.add(tried(kind, code));
            }
            CODES.put(kind, tried);
        }
        WORLD.faults();
        for (PlatformKind kind : PlatformKind.values()) {
            List<Endpoint> served = new ArrayList<>();
            List<Endpoint> notServed = new ArrayList<>();
            for (Endpoint endpoint : endpoints(kind)) {
                long before = WORLD.calls(kind, "unknown");
                WORLD.call(kind, endpoint.method(), endpoint.path());
                (WORLD.calls(kind, "unknown") == before ? served : notServed).add(endpoint);
            }
            SERVED.put(kind, served);
            NOT_SERVED.put(kind, notServed);
        }
        for (PlatformKind kind : PlatformKind.values()) {
            List<Position> positions = new ArrayList<>();
            switches(kind)
                    .forEach((name, values) -> values.forEach(value -> {
                        String position = "{\"" + name + "\":" + value + "}";
                        String badPeople = opening(kind, position, List.of(), BAD_AND_GOOD);
                        String result = badPeople.equals(OPENED)
                                ? opening(kind, position, List.of("RESET_BEFORE", "RESET_AFTER"), GOOD)
                                : badPeople;
                        positions.add(new Position(kind, name, value.replace("\"", ""), result));
                    }));
            POSITIONS.put(kind, positions);
        }
    }

    @AfterAll
    static void close() {
        ((Logger) LoggerFactory.getLogger(UnlistedCodes.class)).detachAppender(UNLISTED);
        WORLD.close();
    }

    @ParameterizedTest
    @EnumSource
    void everyDocumentedCodeHasARowAndComesToWhatItsPageSays(PlatformKind kind) {
        List<Tried> tried = CODES.getOrDefault(kind, List.of());
        assertThat(tried).hasSizeGreaterThan(50);
        assertThat(tried).filteredOn(one -> !one.asDocumented()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void openingPassesUnderEveryPositionThatADocumentLeavesOpenBesidesThoseWithAReason(PlatformKind kind) {
        List<Position> positions = POSITIONS.getOrDefault(kind, List.of());
        assertThat(positions).hasSizeGreaterThan(7);
        assertThat(positions.stream()
                        .filter(position -> !position.passes())
                        .map(position -> position.name() + "=" + position.value()))
                .containsExactlyInAnyOrderElementsOf(
                        REASONS.getOrDefault(kind, Map.of()).keySet());
    }

    @ParameterizedTest
    @EnumSource
    void theSimulatorServesEveryDocumentedEndpointBesidesThoseWithAReason(PlatformKind kind) {
        assertThat(SERVED.getOrDefault(kind, List.of()))
                .hasSizeGreaterThan(10)
                .allSatisfy(endpoint -> assertThat(endpoint.reason()).isEmpty());
        assertThat(NOT_SERVED.getOrDefault(kind, List.of()))
                .allSatisfy(endpoint -> assertThat(endpoint.reason()).isNotEmpty());
    }

    @Test
    void aCodeThatNoPageListsWouldBeSeen() {
        Tried tried =
                tried(PlatformKind.WECOM, new Documented("987654", "call", "Refused", Failure.Kind.REFUSED, "none"));
        assertThat(tried.listed()).isFalse();
        assertThat(tried.kind()).isEqualTo(Failure.Kind.UNLISTED);
    }

    @Test
    void theCommittedPageIsWhatWasMeasured() throws IOException {
        String measured = page();
        if (Boolean.getBoolean("warroom.coverage.write")) {
            Files.writeString(PAGE, measured);
        }
        assertThat(Files.readString(PAGE))
                .as("docs/platform-coverage.md is stale: run this test with -Dwarroom.coverage.write=true")
                .isEqualTo(measured);
    }

    private static List<Documented> documented(PlatformKind kind) throws IOException {
        return lines("codes", kind).stream()
                .map(line -> line.split(" \\| ", 5))
                .map(part -> new Documented(part[0], part[1], part[2], Failure.Kind.valueOf(part[3]), part[4]))
                .toList();
    }

    /** An endpoint that a document lists, and why the simulator does not serve it, or nothing. */
    private record Endpoint(String method, String path, String what, String reason) {}

    private static List<Endpoint> endpoints(PlatformKind kind) throws IOException {
        return lines("endpoints", kind).stream()
                .map(line -> line.split(" \\| ", 4))
                .map(part -> new Endpoint(part[0], part[1], part[2], part.length > 3 ? part[3] : ""))
                .toList();
    }

    private static List<String> lines(String folder, PlatformKind kind) throws IOException {
        String name = folder + "/" + kind.name().toLowerCase(Locale.ROOT) + ".txt";
        try (InputStream file = PlatformCoverageTest.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IOException("no " + name);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .toList();
        }
    }

    private static Tried tried(PlatformKind kind, Documented code) {
        App before = WORLD.app(kind);
        App app = new App("acme", kind, revision++, before.endpoint(), before.defaultOwner(), before.credentials());
        String endpoint = endpoint(kind, code.where());
        WORLD.clock.pass(Duration.ofHours(2)); // A block of our address is over.
        WORLD.refuse(kind, endpoint, code.code());
        UNLISTED.list.clear();
        long calls = WORLD.calls(kind, endpoint);
        Outcome<?> outcome = call(WORLD, kind, app, code.where());
        long more = WORLD.calls(kind, endpoint) - calls;
        String name = outcome.getClass().getSimpleName();
        boolean fetchedAgain =
                name.equals("Refused") && more == 2 && code.outcome().equals("Stale");
        return new Tried(
                code,
                UNLISTED.list.isEmpty(),
                fetchedAgain ? "Stale" : name,
                Fixture.why(outcome).kind());
    }

    private static String endpoint(PlatformKind kind, String where) {
        return switch (kind) {
            case WECOM -> where.equals("token") ? "gettoken" : "appchat/send";
            case DINGTALK ->
                switch (where) {
                    case "token" -> "v1.0/oauth2/accessToken";
                    case "legacy" -> "topapi/im/chat/scencegroup/message/send_v2";
                    default -> "v1.0/im/sceneGroup/create";
                };
            case LARK -> where.equals("token") ? Simulated.tokenEndpoint(kind) : "im/v1/messages";
        };
    }

    private static Outcome<?> call(Simulated world, PlatformKind kind, App app, String where) {
        ChatPlatform client = client(world.platforms, kind);
        return where.equals("v1")
                ? client.create(app, new RoomPlan("key1", "acme INC-1", "INC-1 down", "u1", SOMEBODY))
                : client.post(app, new Room("room1", "INC-1", Set.of()), Fixture.briefing("Down", "All of it"));
    }

    private static ChatPlatform client(ChatPlatforms platforms, PlatformKind kind) {
        ChatPlatform client = platforms.byKind().get(kind);
        if (client == null) {
            throw new AssertionError(kind);
        }
        return client;
    }

    /** Every position of every switch that stands for something which the documents leave open. */
    private static Map<String, List<String>> switches(PlatformKind kind) {
        List<String> existing = List.of("\"OK\"", "\"ERROR\"");
        return switch (kind) {
            case WECOM ->
                new TreeMap<>(Map.of(
                        "unknownChat", List.of("86001", "86003", "40050"),
                        "unknownMember", List.of("86216", "86007", "40031", "60111"),
                        "invisibleMember", List.of("60011", "60021", "86216", "86007", "40031", "60111"),
                        "unknownPerson", List.of("46004", "60111"),
                        "expiredToken", List.of("42001", "40014"),
                        "existingMember", existing));
            case DINGTALK ->
                new TreeMap<>(Map.of(
                        "repeatedUuid", List.of("\"SAME_ID\"", "\"ERROR\"", "\"NEW_ROOM\""),
                        "existingMember", existing,
                        "badMember", List.of("\"REFUSED\"", "\"REFUSED_AS_PARAMETER\"", "\"SKIPPED\""),
                        "settlingSeconds", List.of("0", "5")));
            case LARK ->
                new TreeMap<>(Map.of(
                        "repeatedUuid", List.of("\"SAME_ID\"", "\"ERROR\"", "\"NEW_ROOM\"", "\"IN_PROGRESS_232068\""),
                        "existingMember", existing,
                        "badMember", List.of("\"REFUSED\"", "\"REFUSED_AS_PARAMETER\"")));
        };
    }

    private static final List<RoomUser> SOMEBODY = List.of(new RoomUser(Fixture.person("p1", "u1", null, null), "u1"));
    private static final List<Person> GOOD = List.of(
            Fixture.person("p1", null, "+8613800000001", null),
            Fixture.person("p2", null, "+8613800000002", null),
            Fixture.person("p3", null, "+8613800000003", null));
    private static final List<Person> BAD_AND_GOOD = Stream.concat(
                    GOOD.stream(),
                    Stream.of(
                            Fixture.person("p4", "nobody", null, null),
                            Fixture.person("p5", "hidden", null, null),
                            Fixture.person("p6", null, "+8613899999999", null)))
            .toList();

    /** Token, people, the room, everybody added once more, a token that is over, a message: as a worker goes on, who waits when it is told to. */
    private static String opening(PlatformKind kind, String switches, List<String> lost, List<Person> people) {
        // The clients' own time stands still: they learn that a token is over from the platform alone.
        Clock still = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
        try (Simulated world = new Simulated();
                ChatPlatforms clients = world.clients(still)) {
            world.switches(kind, switches);
            world.faults(lost.stream()
                    .map(fault -> """
                            {"platform":"%s","endpoint":"%s","kind":"%s"}""".formatted(kind, createEndpoint(kind), fault))
                    .toArray(String[]::new));
            ChatPlatform client = client(clients, kind);
            App app = world.app(kind);
            Outcome<Roster> found = client.resolve(app, people);
            if (!(found instanceof Outcome.Done<Roster>(var roster))) {
                return "people: " + Fixture.why(found).words();
            }
            RoomPlan plan = new RoomPlan("key1", "acme INC-1", "INC-1 down", "u1", roster.found());
            Outcome<Room> made = client.create(app, plan);
            for (int tries = 0; tries < 10 && !(made instanceof Outcome.Done); tries++) {
                if (made instanceof Outcome.Refused<Room>) {
                    break;
                }
                world.clock.pass(Duration.ofSeconds(2));
                made = made instanceof Outcome.Unknown<Room> ? again(client, app, plan) : client.create(app, plan);
            }
            if (!(made instanceof Outcome.Done<Room>(var room))) {
                return Fixture.why(made).words() + " (" + world.rooms(kind).size() + " on the platform)";
            }
            // A room that was found again need not say who is in it: then everybody is added once more.
            Room known = new Room(room.id(), room.name(), Set.of());
            Outcome<Admission> admitted = client.admit(app, known, roster.found());
            for (int tries = 0; tries < 5 && admitted instanceof Outcome.NotYet; tries++) {
                world.clock.pass(Duration.ofSeconds(3));
                admitted = client.admit(app, known, roster.found());
            }
            if (!(admitted instanceof Outcome.Done<Admission>)) {
                return "adding: " + Fixture.why(admitted).words();
            }
            world.clock.pass(Duration.ofHours(3));
            Briefing briefing = Fixture.briefing("Down", "All of it");
            Outcome<Posted> posted = client.post(app, room, briefing);
            for (int tries = 0; tries < 5 && posted instanceof Outcome.NotYet; tries++) {
                world.clock.pass(Duration.ofSeconds(3));
                posted = client.post(app, room, briefing);
            }
            return posted instanceof Outcome.Done<Posted>
                    ? witnessed(world, kind)
                    : "message: " + Fixture.why(posted).words();
        }
    }

    private static String createEndpoint(PlatformKind kind) {
        return Fixture.createPath(kind).replaceFirst("^/(cgi-bin/|open-apis/)?", "");
    }

    private static Outcome<Room> again(ChatPlatform client, App app, RoomPlan plan) {
        return client.lookUp(app, plan).then(sighting -> switch (sighting) {
            case Sighting.Found(var room) -> new Outcome.Done<>(room);
            case Sighting.Absent() -> client.create(app, plan);
            case Sighting.RepeatCreate() -> client.create(app, plan);
            case Sighting.Foreign() ->
                new Outcome.Refused<>(new Failure(Failure.Kind.ROOM_GONE, "another generation", null, null));
        });
    }

    private static String witnessed(Simulated world, PlatformKind kind) {
        List<JsonNode> rooms = world.rooms(kind);
        if (rooms.size() != 1) {
            return rooms.size() + " rooms";
        }
        JsonNode room = rooms.getFirst();
        Set<String> in = new HashSet<>();
        room.path("members").forEach(member -> in.add(member.path("userId").asString()));
        if (!in.equals(Set.of("u1", "u2", "u3"))) {
            return "in the room: " + in.stream().sorted().toList();
        }
        int messages = room.path("messages").size();
        return messages == 1 ? OPENED : messages + " messages";
    }

    private static String page() {
        StringBuilder page = new StringBuilder("""
                # Platform coverage

                What the clients make of every code that the platforms' documentation lists, and of everything that it leaves open: measured
                against the simulator by `PlatformCoverageTest`, which fails when this page is not what it measured. Nothing here was tried
                against a real tenant.

                | platform | documented codes | with a row of their own, tried, and as documented | open behaviours | positions | openings that pass |
                |---|---|---|---|---|---|
                """);
        for (PlatformKind kind : PlatformKind.values()) {
            List<Tried> tried = CODES.getOrDefault(kind, List.of());
            List<Position> positions = POSITIONS.getOrDefault(kind, List.of());
            page.append("| %s | %d | %d | %d | %d | %d |\n"
                    .formatted(
                            kind,
                            codes(tried).size(),
                            codes(tried.stream().filter(Tried::asDocumented).toList())
                                    .size(),
                            positions.stream().map(Position::name).distinct().count(),
                            positions.size(),
                            positions.stream().filter(Position::passes).count()));
        }
        page.append("""

                ## What the documents leave open

                Two openings a position. In one, one person has a mobile that nobody has, and two more come by ids of which one is nobody's and one is
                outside the app's range. In the other, the first create never reaches the platform and the answer of the second is lost: the room is
                looked up, or its create repeated. In both, everybody is added once more, and the token is over before the message. A position
                passes when both end with one room, everybody in it who can be, and one message.

                | platform | switch | position | result |
                |---|---|---|---|
                """);
        POSITIONS.values().stream()
                .flatMap(List::stream)
                .forEach(position -> page.append("| %s | `%s` | `%s` | %s |\n"
                        .formatted(
                                position.kind(),
                                position.name(),
                                position.value(),
                                position.passes()
                                        ? "passes"
                                        : position.result().replaceFirst("[.]?$", ". ")
                                                + REASONS.getOrDefault(position.kind(), Map.of())
                                                        .getOrDefault(position.name() + "=" + position.value(), ""))));
        page.append("""

                ## Under faults

                Each fault once and for ever, on each endpoint of the opening flow (`EveryFaultTest`): one room at most, an honest end, no violation that
                the witness knows. Documented answers mutated by seed (`FuzzedAnswersTest`): a typed outcome.

                | platform | endpoints | openings under a fault | mutated answers |
                |---|---|---|---|
                """);
        for (PlatformKind kind : PlatformKind.values()) {
            page.append("| %s | %d | %d | %d |\n"
                    .formatted(
                            kind,
                            EveryFaultTest.endpoints(kind).size(),
                            EveryFaultTest.cases(kind).size(),
                            FuzzedAnswersTest.cases(kind)));
        }
        page.append("""

                ## Endpoints of the simulator

                Of all that the documents list about tokens, people, rooms, messages, app checks, one-to-one pushes, group robots and dissolving; each was
                called, and the witness knew it.
                """);
        for (PlatformKind kind : PlatformKind.values()) {
            List<Endpoint> served = SERVED.getOrDefault(kind, List.of());
            List<Endpoint> notServed = NOT_SERVED.getOrDefault(kind, List.of());
            page.append("\n### %s: %d of %d\n\n| endpoint | about | served |\n|---|---|---|\n"
                    .formatted(kind, served.size(), served.size() + notServed.size()));
            served.forEach(endpoint -> page.append(
                    "| `%s %s` | %s | yes |\n".formatted(endpoint.method(), endpoint.path(), endpoint.what())));
            notServed.forEach(endpoint -> page.append("| `%s %s` | %s | %s |\n"
                    .formatted(endpoint.method(), endpoint.path(), endpoint.what(), endpoint.reason())));
        }
        page.append("""

                ## What the documents list

                Outcomes: *not yet*, send it again after a pause; *unknown*, it may have acted, look first; *key rejected*, no call until the key
                changes; *refused*, sending again cannot help; *stale*, the token is fetched once more, and then refused. 11310 and the like
                (Lark) stand in the text of 230099 and are no code of an answer.
                """);
        for (PlatformKind kind : PlatformKind.values()) {
            page.append("\n### ").append(kind).append("\n\n| outcome | kind | codes |\n|---|---|---|\n");
            CODES.getOrDefault(kind, List.of()).stream()
                    .collect(Collectors.groupingBy(
                            tried -> "| %s | %s |"
                                    .formatted(
                                            tried.outcome()
                                                    .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                                                    .toLowerCase(Locale.ROOT),
                                            tried.kind()
                                                    .name()
                                                    .toLowerCase(Locale.ROOT)
                                                    .replace('_', ' ')),
                            TreeMap::new,
                            Collectors.mapping(
                                    tried -> "`" + tried.documented().code() + "`", Collectors.joining(" "))))
                    .forEach((row, codes) ->
                            page.append(row).append(' ').append(codes).append(" |\n"));
        }
        return page.toString();
    }

    private static Set<String> codes(List<Tried> tried) {
        return tried.stream().map(one -> one.documented().code()).collect(Collectors.toSet());
    }
}
