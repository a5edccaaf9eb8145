package io.warroom.platform;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.warroom.platform.http.UnlistedCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

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

    /** One position of a switch, and what the openings came to. */
    private record Position(PlatformKind kind, String name, String value, OpeningCourse.Ended ended) {
        String title() {
            return name + "=" + value;
        }
    }

    private static final String NARROW =
            "Whichever code: the app's range must be the root department, and the incident fails with that.";
    private static final String NO_PERMISSION = "In whichever order: without the permission no room can be made.";
    private static final String NO_BOT = "Without a bot no chat can be made, whatever the question about it comes to.";
    private static final String DISABLED_APP = "A disabled app makes no chat.";
    private static final String LEFT_OUT =
            "Nothing tells that somebody was left out, so the result names people who are not in. Asking about every given id before"
                    + " each room would cost a call a person.";

    /** The positions under which an opening fails and says so, and why nothing better can be. */
    private static final Map<PlatformKind, Map<String, String>> HONEST_FAILURES = Map.of(
            PlatformKind.WECOM,
            Map.of(
                    "narrowRange=60011",
                    NARROW,
                    "narrowRange=48002",
                    NARROW,
                    "dissolvedChatRead=STILL_THERE",
                    "What can be read cannot be written into: the room is lost to people who dissolved it meanwhile."),
            PlatformKind.DINGTALK,
            Map.of(
                    "repeatedUuid=ERROR",
                    "No documented call finds a DingTalk group: its people are in the first room, and the failure says where to look.",
                    "groupQuota=USED_UP",
                    "The answer is that of a failure inside, so the create is repeated until the incident's time is over.",
                    "changedRepeat=ERROR",
                    "What the process before asked for is not known, so its uuid may come with other people; the failure says where to look.",
                    "dissolvedUuid=SAME_ID",
                    "The room is lost to people who dissolved it meanwhile.",
                    "permissionJudged=FIRST",
                    NO_PERMISSION,
                    "permissionJudged=LAST",
                    NO_PERMISSION),
            PlatformKind.LARK,
            Map.of(
                    "botOff=ANSWERED",
                    NO_BOT,
                    "botOff=CODE_11205",
                    NO_BOT,
                    "botOff=CODE_11240",
                    NO_BOT,
                    "disabledApp=GETS_TOKEN",
                    DISABLED_APP,
                    "disabledApp=CODE_10014",
                    DISABLED_APP,
                    "repeatedMessage=ERROR",
                    "The message is in the room, once; that it is cannot be known."));

    /** The positions under which an opening ends otherwise than it says, and why it cannot be helped. */
    private static final Map<PlatformKind, Map<String, String>> LIMITS = Map.of(
            PlatformKind.WECOM,
            Map.of("invisibleMember=SKIPPED", LEFT_OUT),
            PlatformKind.DINGTALK,
            Map.of(
                    "repeatedUuid=NEW_ROOM",
                    "Against the purpose that DingTalk names for uuid; no documented call finds a group, so it cannot be helped.",
                    "changedRepeat=NEW_ROOM",
                    "Only where people were found or lost between an unanswered create and its repeat by another process, which cannot know"
                            + " whom the first one named.",
                    "badMember=SKIPPED",
                    LEFT_OUT));

    private static final Pattern OPEN_MARK = Pattern.compile(
            "\\bNF\\b|NOT FOUND|Not found:|Unverified|MEM\\b|MEMORY|INFERENCE|untested|not established|official text silent|found it incomplete");

    private static final Simulated WORLD = new Simulated();
    private static final ListAppender<ILoggingEvent> UNLISTED = new ListAppender<>();
    private static final Map<PlatformKind, List<Tried>> CODES = new EnumMap<>(PlatformKind.class);
    private static final Map<PlatformKind, List<OpenFacts.Fact>> FACTS = new EnumMap<>(PlatformKind.class);
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
            List<OpenFacts.Fact> facts = OpenFacts.of(WORLD, kind);
            Map<String, Position> positions = new LinkedHashMap<>();
            for (OpenFacts.Fact fact : facts) {
                List<OpeningCourse> courses = switch (fact.met()) {
                    case OPENING ->
                        List.of(
                                OpeningCourse.BAD_PEOPLE,
                                OpeningCourse.LOST,
                                OpeningCourse.CHANGED,
                                OpeningCourse.RESTARTED);
                    case DISSOLVED -> List.of(OpeningCourse.DISSOLVED);
                    case OTHER, NONE -> List.of();
                };
                if (!courses.isEmpty()) {
                    fact.ways()
                            .forEach(way -> positions.computeIfAbsent(
                                    fact.open() + "=" + way,
                                    _ -> new Position(
                                            kind, fact.open(), way, ended(fact.switched(way), kind, courses))));
                }
            }
            FACTS.put(kind, facts);
            POSITIONS.put(kind, List.copyOf(positions.values()));
        }
    }

    /** The first of the courses that does not end in a room, or the last one. */
    private static OpeningCourse.Ended ended(String switches, PlatformKind kind, List<OpeningCourse> courses) {
        OpeningCourse.Ended ended = new OpeningCourse.Ended(OpeningCourse.OPENED, true);
        for (OpeningCourse course : courses) {
            OpeningCourse.Ended now = course.under(kind, switches);
            // What is not honest says more than what fails openly.
            ended = now.opened() || (!ended.opened() && (now.honest() || !ended.honest())) ? ended : now;
        }
        return ended;
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
    void openingEndsInOneRoomOrFailsOpenlyUnderEveryPositionBesidesTheKnownLimits(PlatformKind kind) {
        List<Position> positions = POSITIONS.getOrDefault(kind, List.of());
        assertThat(positions).hasSizeGreaterThan(20);
        assertThat(positions.stream()
                        .filter(position ->
                                !position.ended().opened() && position.ended().honest())
                        .map(Position::title))
                .containsExactlyInAnyOrderElementsOf(
                        HONEST_FAILURES.getOrDefault(kind, Map.of()).keySet());
        assertThat(positions.stream()
                        .filter(position -> !position.ended().honest())
                        .map(Position::title))
                .containsExactlyInAnyOrderElementsOf(
                        LIMITS.getOrDefault(kind, Map.of()).keySet());
    }

    @ParameterizedTest
    @EnumSource
    void everyOpenFactHasASwitchOrAReasonAndEverySwitchAFact(PlatformKind kind) {
        List<OpenFacts.Fact> facts = FACTS.getOrDefault(kind, List.of());
        assertThat(facts).hasSizeGreaterThan(15).allSatisfy(fact -> {
            assertThat(fact.ways().size()).as("ways of " + fact.what()).isNotEqualTo(1);
            assertThat(fact.ways().isEmpty())
                    .as("no switch for " + fact.what())
                    .isEqualTo(fact.open().isEmpty());
            assertThat(fact.reason().isEmpty())
                    .as("reason of " + fact.what())
                    .isEqualTo(fact.met() == OpenFacts.Met.OPENING || fact.met() == OpenFacts.Met.DISSOLVED);
        });
        Set<String> named = facts.stream().map(OpenFacts.Fact::open).collect(Collectors.toSet());
        assertThat(named).containsAll(OpenFacts.ways(WORLD, kind).keySet());
    }

    /** Where the reference is at hand ({@code -Dwarroom.platform.pages=<folder>}): no open mark in it is without a fact here. */
    @ParameterizedTest
    @EnumSource
    @EnabledIfSystemProperty(
            named = "warroom.platform.pages",
            matches = ".+",
            disabledReason = "the reference is not in this repository")
    void everyOpenMarkOfTheReferenceHasAFact(PlatformKind kind) throws IOException {
        Path page = Path.of(
                System.getProperty("warroom.platform.pages", ""), kind.name().toLowerCase(Locale.ROOT) + ".md");
        List<OpenFacts.Fact> facts = FACTS.getOrDefault(kind, List.of());
        String text = Files.readString(page);
        assertThat(facts).allSatisfy(fact -> assertThat(text).contains(fact.quote()));
        assertThat(text.lines().filter(line -> !isLegend(line)))
                .allSatisfy(line -> assertThat(facts.stream().filter(fact -> line.contains(fact.quote())))
                        .as(line)
                        .hasSizeGreaterThanOrEqualTo(
                                (int) OPEN_MARK.matcher(line).results().count()));
    }

    private static boolean isLegend(String line) {
        return line.contains("looked for, no source")
                || line.contains("looked for, not found")
                || line.contains("looked for and not found")
                || line.contains("from memory only");
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
        return OpenFacts.lines("codes", kind).stream()
                .map(line -> line.split(" \\| ", 5))
                .map(part -> new Documented(part[0], part[1], part[2], Failure.Kind.valueOf(part[3]), part[4]))
                .toList();
    }

    /** An endpoint that a document lists, and why the simulator does not serve it, or nothing. */
    private record Endpoint(String method, String path, String what, String reason) {}

    private static List<Endpoint> endpoints(PlatformKind kind) throws IOException {
        return OpenFacts.lines("endpoints", kind).stream()
                .map(line -> line.split(" \\| ", 4))
                .map(part -> new Endpoint(part[0], part[1], part[2], part.length > 3 ? part[3] : ""))
                .toList();
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
                name.equals("NotYet") && more == 2 && code.outcome().equals("Stale");
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

    private static final List<RoomUser> SOMEBODY = List.of(new RoomUser(Fixture.person("p1", "u1", null, null), "u1"));

    private static String page() {
        StringBuilder page = new StringBuilder("""
                # Platform coverage

                What the clients make of every code that the platforms' documentation lists, and of everything that it leaves open: measured
                against the simulator by `PlatformCoverageTest`, which fails when this page is not what it measured. Nothing here was tried
                against a real tenant.

                | platform | documented codes | with a row of their own, tried, and as documented | open facts | with a switch | positions met by openings | in one room | failing openly | limits |
                |---|---|---|---|---|---|---|---|---|
                """);
        for (PlatformKind kind : PlatformKind.values()) {
            List<Tried> tried = CODES.getOrDefault(kind, List.of());
            List<OpenFacts.Fact> facts = FACTS.getOrDefault(kind, List.of());
            List<Position> positions = POSITIONS.getOrDefault(kind, List.of());
            page.append("| %s | %d | %d | %d | %d | %d | %d | %d | %d |\n"
                    .formatted(
                            kind,
                            codes(tried).size(),
                            codes(tried.stream().filter(Tried::asDocumented).toList())
                                    .size(),
                            facts.size(),
                            facts.stream()
                                    .filter(fact -> !fact.open().isEmpty())
                                    .count(),
                            positions.size(),
                            positions.stream()
                                    .filter(position -> position.ended().opened())
                                    .count(),
                            HONEST_FAILURES.getOrDefault(kind, Map.of()).size(),
                            LIMITS.getOrDefault(kind, Map.of()).size()));
        }
        page.append("""

                ## What the documents leave open

                Everything that they call not found, unverified or inferred, or tell in two ways. Switches are the simulator's (`GET /sim/v1/unsettled`);
                the first way is the usual one.
                """);
        for (PlatformKind kind : PlatformKind.values()) {
            page.append("\n### %s\n\n| what is open | switch | ways | met |\n|---|---|---|---|\n".formatted(kind));
            for (OpenFacts.Fact fact : FACTS.getOrDefault(kind, List.of())) {
                page.append("| %s | %s | %s | %s |\n"
                        .formatted(
                                fact.what(),
                                fact.open().isEmpty() ? "none" : "`" + fact.open() + "`",
                                fact.ways().stream().map(way -> "`" + way + "`").collect(Collectors.joining(" ")),
                                fact.reason().isEmpty() ? "by openings" : fact.reason()));
            }
        }
        page.append("""

                ### Openings under every way

                Four openings a way. In one, one person has a mobile that nobody has, and two more come by ids of which one is nobody's and one is
                outside the app's range, and the token is over before the message. In the next, the first create is
                throttled, the second never reaches the platform and the answer of the third is lost (on Lark, a member call is refused with 232019,
                too, and the first message's answer lost): the room is looked up, or its create repeated. In the third,
                one more person is found between a lost create and its repeat, and everybody is added once more. In the last, the same happens across
                a restart of which the platform alone remembers what was asked. Where a dissolved room matters, there is one opening, whose room people dissolve before the
                repeat.
                A way passes when all end with one room, everybody in it who can be, nobody said to be in it who is not, and one message. An honest
                failure is an outcome that says so, with one room at most and one message at most.

                | platform | switch | way | result |
                |---|---|---|---|
                """);
        POSITIONS.values().stream()
                .flatMap(List::stream)
                .forEach(position -> page.append("| %s | `%s` | `%s` | %s |\n"
                        .formatted(position.kind(), position.name(), position.value(), result(position))));
        page.append("""

                ## Under faults

                Each fault once and for ever, on each endpoint of the opening flow (`EveryFaultTest`): one room at most, an honest end, no violation that
                the witness knows. The same on each endpoint of what follows (`EveryFollowUpFaultTest`: people join; a room is renamed, told and
                dissolved): whatever is called done is done, nobody is lost, a notice comes once at most. Documented answers mutated by seed
                (`FuzzedAnswersTest`): a typed outcome.

                | platform | endpoints of an opening | openings under a fault | follow-ups under a fault | mutated answers |
                |---|---|---|---|---|
                """);
        for (PlatformKind kind : PlatformKind.values()) {
            page.append("| %s | %d | %d | %d | %d |\n"
                    .formatted(
                            kind,
                            EveryFaultTest.endpoints(kind).size(),
                            EveryFaultTest.cases(kind).size(),
                            EveryFollowUpFaultTest.cases(kind),
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

                ## Clients that we did not write

                The platforms' own SDKs (of WeCom, which has none for Java, the one most used) work against the simulator: `LarkSdkTest`, `DingtalkSdkTest`,
                `WecomSdkTest`. [What each was tried with, and what it cannot do](../platform-simulator/README.md#clients-that-we-did-not-write).
                """);
        page.append("""

                ## What the documents list

                Outcomes: *not yet*, send it again after a pause; *unknown*, it may have acted, look first; *key rejected*, no call until the key
                changes; *refused*, sending again cannot help; *stale*, the token is fetched once more, and then not before a pause. 11310 and the like
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

    private static String result(Position position) {
        if (position.ended().opened()) {
            return "passes";
        }
        Map<PlatformKind, Map<String, String>> reasons = position.ended().honest() ? HONEST_FAILURES : LIMITS;
        return (position.ended().honest() ? "fails openly " : "limit ")
                + position.ended().words().replaceFirst("[.]?$", ". ")
                + reasons.getOrDefault(position.kind(), Map.of()).getOrDefault(position.title(), "");
    }

    private static Set<String> codes(List<Tried> tried) {
        return tried.stream().map(one -> one.documented().code()).collect(Collectors.toSet());
    }
}
