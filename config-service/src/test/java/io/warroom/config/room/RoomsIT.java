package io.warroom.config.room;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.warroom.config.testing.CapturedLog;
import io.warroom.config.testing.Deployment;
import io.warroom.config.testing.EventStream;
import io.warroom.config.testing.Instance;
import io.warroom.event.Platform;
import io.warroom.event.Severity;
import io.warroom.local.testing.Backing;
import io.warroom.topic.Topic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.PGConnection;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The list of war rooms of two instances, on a real broker and a real PostgreSQL, asked over HTTP. */
class RoomsIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final List<Topic> READ = List.of(
            Topic.INCIDENT_DECLARED,
            Topic.INCIDENT_UPDATED,
            Topic.INCIDENT_RESOLVED,
            Topic.INCIDENT_PARKED,
            Topic.WAR_ROOM_OPENED,
            Topic.WAR_ROOM_FAILED,
            Topic.WAR_ROOM_CLOSED);

    @TempDir
    static Path folder;

    private static Deployment deployment;
    private static Instance one;
    private static Instance two;
    private static Jdbi jdbi;
    private static KafkaTemplate<String, Object> kafka;

    @BeforeAll
    @SuppressWarnings("unchecked")
    static void start() throws Exception {
        deployment = Deployment.inFolder(folder);
        one = deployment.start("--warroom.rooms.stream.per-tenant=3", "--warroom.rooms.stream.heartbeat=1s");
        two = deployment.start("--warroom.rooms.stream.heartbeat=1s");
        jdbi = one.part(Jdbi.class);
        kafka = (KafkaTemplate<String, Object>) one.part("kafka", KafkaTemplate.class);
    }

    @AfterAll
    static void stop() {
        deployment.close();
    }

    @Test
    void whatTheTopicsTellOfAnIncidentIsShownInTheListAndWhole() throws Exception {
        of("told", "INC-1").titled("支付不可用").declared().parked(2);
        awaitState("told", "INC-1", "WAITING");
        var waiting = items("told", "").getFirst();
        assertThat(waiting.path("waiting").path("attempts").asInt()).isEqualTo(2);
        assertThat(waiting.path("waiting").path("deadline").asString()).isEqualTo("2026-10-01T12:10:00Z");

        of("told", "INC-1").opened(Platform.LARK).parkedNoLonger();
        awaitState("told", "INC-1", "OPENED");
        of("told", "INC-1").updated("支付恢复中", Severity.P2, "on it").resolved();
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(detail("told", "INC-1").path("timeline")).hasSize(4));

        var said = detail("told", "INC-1").path("messages");
        assertThat(said).hasSize(1);
        assertThat(said.get(0).path("kind").asString()).isEqualTo("FIRST");
        assertThat(said.get(0).path("state").asString()).isEqualTo("SENT");
        assertThat(said.get(0).path("text").asString()).isEqualTo("**Checkout is down**");
        var item = items("told", "").getFirst();
        assertThat(item.path("title").asString()).isEqualTo("支付恢复中");
        assertThat(item.path("severity").asString()).isEqualTo("P2");
        assertThat(item.path("roomId").asString()).isEqualTo("oc_INC-1");
        assertThat(item.path("appRevision").asLong()).isEqualTo(4);
        assertThat(item.path("peopleIn").asInt()).isEqualTo(1);
        assertThat(item.path("peopleMissing").asInt()).isEqualTo(1);
        assertThat(item.path("waiting").isNull()).isTrue();
        var detail = detail("told", "INC-1");
        assertThat(detail.path("missing").path(0).path("reason").asString()).isEqualTo("RESIGNED");
        assertThat(detail.path("members").path(0).path("platformUserId").asString())
                .isEqualTo("ou_1");
        assertThat(detail.path("summary").asString()).isEqualTo("a cable");
        assertThat(detail.path("timeline")
                        .valueStream()
                        .map(step -> step.path("event").asString()))
                .containsExactly("DECLARED", "OPENED", "UPDATED", "RESOLVED");
        assertThat(detail.toString())
                .as("numbers and addresses are nobody's business here")
                .doesNotContain("13800000001", "chen@example.com");
    }

    @Test
    void aFailureIsShownWithItsReasonAndThePlatformsWords() throws Exception {
        of("broken", "INC-1").failed("The key was rejected: change it.");
        awaitState("broken", "INC-1", "FAILED");

        var item = items("broken", "").getFirst();
        assertThat(item.path("title").isNull()).as("no record told it").isTrue();
        var failure = item.path("failure");
        assertThat(failure.path("reason").asString()).isEqualTo("KEY_REJECTED");
        assertThat(failure.path("detail").asString()).isEqualTo("The key was rejected: change it.");
        assertThat(failure.path("platformCode").asString()).isEqualTo("40001");
        assertThat(failure.path("platformRequestId").asString()).isEqualTo("req-7");
    }

    @Test
    void anUnchangedRoomIsAnsweredWithItsTagAloneAndAnotherTenantsIsNotThere() throws Exception {
        of("tagged", "INC-1").declared();
        awaitState("tagged", "INC-1", "DECLARED");
        var first = one.send("GET", "/tenants/tagged/war-rooms/INC-1", "");
        var tag = first.headers().firstValue("ETag").orElseThrow();

        assertThat(two.send("GET", "/tenants/tagged/war-rooms/INC-1", "", "If-None-Match", tag)
                        .statusCode())
                .isEqualTo(304);
        of("tagged", "INC-1").opened(Platform.LARK);
        awaitState("tagged", "INC-1", "OPENED");
        assertThat(two.send("GET", "/tenants/tagged/war-rooms/INC-1", "", "If-None-Match", tag)
                        .statusCode())
                .isEqualTo(200);
        var foreign = one.send("GET", "/tenants/foreign/war-rooms/INC-1", "");
        assertThat(foreign.statusCode()).isEqualTo(404);
        assertThat(foreign.body()).contains("\"code\":\"no-such-incident\"").doesNotContain("tagged");
        assertThat(items("foreign", "")).isEmpty();
    }

    @Test
    void inWhateverOrderTheTopicsAreReadTheAnswersAreTheSame() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var answers = new ArrayList<String>();
        for (int order = 0; order < 6; order++) {
            var tenant = "order" + order;
            var records = of(tenant, "INC-1");
            // Each topic's records stay in their order; between topics there is none.
            var topics = new ArrayList<Deque<Runnable>>();
            topics.add(queue(records::declared, records::declared));
            topics.add(
                    queue(() -> records.updated("second", null, "a"), () -> records.updated(null, Severity.P3, "b")));
            topics.add(queue(() -> records.parked(1), () -> records.parked(2), records::parkedNoLonger));
            topics.add(queue(() -> records.opened(Platform.LARK), () -> records.opened(Platform.LARK)));
            topics.add(queue(() -> records.failed("too late")));
            topics.add(queue(records::resolved));
            topics.add(queue(records::closed));
            while (!topics.isEmpty()) {
                var next = topics.get(random.nextInt(topics.size()));
                next.removeFirst().run();
                topics.removeIf(Collection::isEmpty);
            }
            of(tenant, "fence").declared();
        }
        awaitReadToTheEnd();
        for (int order = 0; order < 6; order++) {
            var tenant = "order" + order;
            answers.add((detail(tenant, "INC-1") + " " + items(tenant, "")).replace(tenant, "tenant"));
        }

        assertThat(new HashSet<>(answers)).as("seed " + seed).hasSize(1);
        assertThat(answers.getFirst()).contains("\"state\":\"CLOSED\"", "\"title\":\"second\"", "\"severity\":\"P3\"");
    }

    @Test
    void readingTheTopicsAgainFromTheirBeginningChangesNothingAndRestoresAnEmptiedTable() throws Exception {
        of("again", "INC-1").declared().parked(1).opened(Platform.LARK).parkedNoLonger();
        of("again", "INC-2").declared().parked(1).failed("no");
        awaitState("again", "INC-1", "OPENED");
        awaitState("again", "INC-2", "FAILED");
        awaitReadToTheEnd();
        var list = one.send("GET", "/tenants/again/war-rooms", "").body();

        readFromTheBeginning(() -> {});
        assertThat(two.send("GET", "/tenants/again/war-rooms", "").body()).isEqualTo(list);

        readFromTheBeginning(() -> jdbi.useHandle(handle -> handle.execute("TRUNCATE war_room")));
        assertThat(items("again", "").toString())
                .isEqualTo(
                        StreamSupport.stream(JSON.readTree(list).path("items").spliterator(), false)
                                .toList()
                                .toString());
    }

    @Test
    void aRecordThatNobodyCanReadIsToldOnceAndPassedOver() throws Exception {
        try (var log = CapturedLog.of("io.warroom.config.room", Level.INFO)) {
            var opened = Topic.WAR_ROOM_OPENED;
            writeBytes(opened, "bad/INC-1", "no record".getBytes(UTF_8));
            writeBytes(opened, "bad/INC-1", new byte[] {0, 0x7f, 0, 0, 1, 2, 3});
            writeBytes(opened, "bad/INC-1", new byte[0]);
            writeBytes(Topic.INCIDENT_DECLARED, "bad", null);
            writeBytes(opened, "bad", null);
            of("bad", "INC-1").send(opened, "bad/INC-2", openedOf("bad", "INC-1"));
            of("bad", "INC-1").send(opened, "another/INC-1", openedOf("bad", "INC-1"));
            of("bad", "INC-1").send(opened, "bad/a/b", openedOf("bad", "a/b"));
            // Times and texts that no calendar shows and PostgreSQL does not hold are taken nevertheless.
            of("bad", "INC-3").at(Instant.ofEpochMilli(Long.MAX_VALUE / 2)).failed("a\u0000b");
            of("bad", "INC-4").opened(Platform.DINGTALK);
            awaitState("bad", "INC-4", "OPENED");
            awaitState("bad", "INC-3", "FAILED");
            awaitReadToTheEnd();

            assertThat(items("bad", "").stream()
                            .map(item -> item.path("incidentId").asString()))
                    .containsExactlyInAnyOrder("INC-3", "INC-4");
            var told = log.said().stream()
                    .filter(line -> line.contains("passed over"))
                    .toList();
            assertThat(told).hasSize(8).doesNotHaveDuplicates();
            assertThat(told).allSatisfy(line -> assertThat(line).contains("@").doesNotContain("no record"));
        }
    }

    @Test
    void everyFilterSelectsAndTotalsAreThoseOfTheTenant() throws Exception {
        of("filter", "A-1").titled("Zahlung gestört").in("eu-1").declared();
        of("filter", "A-2")
                .titled("100% of logins fail")
                .as(Severity.P2)
                .declared()
                .opened(Platform.LARK);
        of("filter", "A-3")
                .titled("a_b")
                .in("us")
                .at(RoomRecordsOf.DECLARED.plusSeconds(3600))
                .declared()
                .failed("no");
        of("filter", "B-1").titled("数据库 down").in(null).declared().opened(Platform.DINGTALK);
        awaitState("filter", "A-1", "DECLARED");
        awaitState("filter", "A-2", "OPENED");
        awaitState("filter", "A-3", "FAILED");
        awaitState("filter", "B-1", "OPENED");
        awaitReadToTheEnd();

        var expected = new HashMap<String, List<String>>();
        expected.put("", List.of("A-3", "B-1", "A-2", "A-1"));
        expected.put("?state=OPENED", List.of("B-1", "A-2"));
        expected.put("?state=OPENED&state=FAILED", List.of("A-3", "B-1", "A-2"));
        expected.put("?platform=LARK", List.of("A-2"));
        expected.put("?severity=P2", List.of("A-2"));
        expected.put("?region=eu-1", List.of("A-2", "A-1"));
        expected.put("?region=EU-1", List.of());
        expected.put("?firstMessage=SENT", List.of("B-1", "A-2"));
        expected.put("?firstMessage=REFUSED&firstMessage=PENDING", List.of());
        expected.put("?q=" + encoded("GESTÖRT"), List.of("A-1"));
        expected.put("?q=" + encoded("gesto\u0308rt"), List.of("A-1"));
        expected.put("?q=" + encoded("数据库"), List.of("B-1"));
        expected.put("?q=b-", List.of("B-1"));
        expected.put("?q=%25", List.of("A-2"));
        expected.put("?q=_", List.of("A-3"));
        expected.put("?q=" + encoded("\\"), List.of());
        expected.put("?q=" + encoded("' OR 1=1 --"), List.of());
        expected.put("?q=" + encoded("'; DROP TABLE war_room; --"), List.of());
        expected.put("?q=" + "x".repeat(255), List.of());
        expected.put("?from=2026-10-01T12:00:01Z", List.of("A-3"));
        expected.put("?to=2026-10-01T12:00:00Z", List.of());
        expected.put("?to=2026-10-01T14:00:01%2B02:00", List.of("B-1", "A-2", "A-1"));
        expected.put("?state=OPENED&platform=LARK&q=login&severity=P2&region=eu-1", List.of("A-2"));
        for (var filter : expected.entrySet()) {
            assertThat(items("filter", filter.getKey()).stream()
                            .map(item -> item.path("incidentId").asString()))
                    .as(filter.getKey())
                    .containsExactlyElementsOf(filter.getValue());
        }
        assertThat(list("filter", "?state=OPENED").path("totals").toString())
                .as("the filter's own states are not counted out")
                .isEqualTo("{\"DECLARED\":1,\"WAITING\":0,\"OPENED\":2,\"FAILED\":1,\"CLOSED\":0}");
        assertThat(list("filter", "?q=a-").path("totals").isNull())
                .as("nothing is counted for a search")
                .isTrue();
    }

    @Test
    void pagesShowEveryRoomOnceInOneOrder() throws Exception {
        for (int i = 0; i < 25; i++) {
            // Many at the same time: the id decides.
            of("pages", "INC-" + i)
                    .at(RoomRecordsOf.DECLARED.plusSeconds(i / 10))
                    .declared();
        }
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(items("pages", "?limit=200")).hasSize(25));
        var whole = items("pages", "?limit=200").stream()
                .map(item -> item.path("incidentId").asString())
                .toList();

        var seen = new ArrayList<String>();
        var query = "?limit=7";
        while (query != null) {
            var page = list("pages", query);
            page.path("items").forEach(item -> seen.add(item.path("incidentId").asString()));
            query = page.path("next").isNull()
                    ? null
                    : "?limit=7&cursor=" + page.path("next").asString();
        }

        assertThat(seen).isEqualTo(whole).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "?colour=red | colour",
                "?limit=0 | limit",
                "?limit=201 | limit",
                "?limit=1e2 | limit",
                "?limit=1&limit=2 | limit",
                "?state=opened | state",
                "?state= | state",
                "?platform=SLACK | platform",
                "?platform=LARK&platform=WECOM | platform",
                "?severity=P9 | severity",
                "?from=yesterday | from",
                "?to=%2B999999999-01-01T00:00:00Z | to",
                "?cursor=x | cursor",
                "?cursor=' | cursor",
                "?cursor=MXwxfGEvYg | cursor",
                "?q= | q",
                "?q=%00 | q",
                "?q=%0a | q",
                "?region=%20 | region",
            })
    void aParameterThatCannotBeIsRefusedByItsName(String query, String name) throws Exception {
        var answer = one.send("GET", "/tenants/hostile/war-rooms" + query, "");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(answer.body()).contains("\"errors\":[{\"field\":\"" + name + "\"");
    }

    @Test
    void textsThatAreTooLongAreRefusedAndNeverRepeated() throws Exception {
        for (var name : List.of("q", "region", "cursor", "state")) {
            var answer = one.send("GET", "/tenants/hostile/war-rooms?" + name + "=" + "x".repeat(5000), "");

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains(name).doesNotContain("xxxxx");
        }
        assertThat(one.send("GET", "/tenants/hostile/war-rooms/" + "x".repeat(200), "")
                        .statusCode())
                .isEqualTo(400);
        assertThat(one.send("GET", "/tenants/hostile/war-rooms/INC-1?verbose=1", "")
                        .body())
                .contains("\"field\":\"verbose\"");
    }

    @Test
    void aPageOfManyRoomsComesFromItsIndexWithoutSorting() {
        jdbi.useHandle(handle -> {
            handle.execute("""
                    INSERT INTO war_room (tenant_id, incident_id, facts, state, platform, severity, region, declared_at,
                            search_text, item, change, heard_at)
                    SELECT 'big', 'INC-' || n, '{}', CASE n % 3 WHEN 0 THEN 'OPENED' ELSE 'CLOSED' END, 'LARK', 'P1', 'eu',
                           now() - n * interval '1 minute', 'incident ' || n || E'\\n' || 'inc-' || n, '{}', n, now()
                      FROM generate_series(1, 20000) AS n""");
            handle.execute("ANALYZE war_room");
            var everything = new RoomFilter(Set.of(), null, null, Set.of(), null, null, null, null);
            var opened = new RoomFilter(Set.of(State.OPENED), null, null, Set.of(), null, null, null, null);
            var searched = new RoomFilter(Set.of(), null, null, Set.of(), null, "incident 7", null, null);
            for (var filter : List.of(everything, opened, searched)) {
                for (var behind : List.of(
                        Optional.<RoomCursor>empty(),
                        Optional.of(new RoomCursor(Instant.now().minus(Duration.ofDays(2)), "INC-2880")))) {
                    var plan = RoomStore.bound(
                                    handle.createQuery("EXPLAIN " + RoomStore.pageSql(filter, behind)),
                                    "big",
                                    filter,
                                    behind,
                                    51)
                            .mapTo(String.class)
                            .list();

                    assertThat(plan).anySatisfy(line -> assertThat(line).contains("Index Scan using war_room_page"));
                    assertThat(plan).noneSatisfy(line -> assertThat(line).contains("Sort"));
                }
            }
        });
    }

    @Test
    void aStreamTellsTheTenantsChangesAndNobodyElses() throws Exception {
        try (var stream = one.stream("/tenants/live/war-rooms/stream")) {
            of("other", "INC-9").declared();
            awaitState("other", "INC-9", "DECLARED");
            of("live", "INC-1").declared();
            awaitEvent(stream, "INC-1", "DECLARED");
            of("live", "INC-1").opened(Platform.LARK);
            awaitEvent(stream, "INC-1", "OPENED");

            assertThat(stream.events()).allSatisfy(event -> {
                assertThat(event.type()).isEqualTo("war-room");
                assertThat(event.data()).contains("\"tenantId\":\"live\"");
            });
            assertThat(JSON.readTree(stream.events().getLast().data()))
                    .as("as the list shows it")
                    .isEqualTo(items("live", "").getFirst());
            int heartbeats = stream.comments();
            await().atMost(SOON).until(() -> stream.comments() > heartbeats);
        }
    }

    @Test
    void aClientThatComesBackToAnotherInstanceMissesNothingAndSeesNothingTwice() throws Exception {
        var last = list("back", "").path("streamFrom").asString();
        var ids = new ArrayList<Long>();
        var states = new HashMap<String, String>();
        int rooms = 40;
        var writer = Thread.ofVirtual()
                .start(() -> IntStream.range(0, rooms)
                        .forEach(i -> of("back", "INC-" + i).declared().opened(Platform.LARK)));
        for (int visit = 0; states.values().stream().filter("OPENED"::equals).count() < rooms; visit++) {
            assertThat(visit).as("visits, with " + states).isLessThan(60);
            var instance = visit % 2 == 0 ? one : two;
            try (var stream = instance.stream("/tenants/back/war-rooms/stream", "Last-Event-ID", last)) {
                await().atMost(SOON).until(() -> stream.events().size() >= 2 || stream.comments() > 2);
                for (var event : stream.events()) {
                    assertThat(event.type()).isEqualTo("war-room");
                    last = event.id();
                    ids.add(Long.valueOf(event.id().split("-", 2)[1]));
                    var item = JSON.readTree(event.data());
                    states.put(
                            item.path("incidentId").asString(),
                            item.path("state").asString());
                }
            }
        }
        writer.join();

        assertThat(ids).isSorted().doesNotHaveDuplicates();
        assertThat(states).hasSize(rooms);
    }

    @Test
    void aClientThatIsCutOffBeforeTheFirstChangeHasAPlaceToComeBackTo() throws Exception {
        var stream = one.stream("/tenants/early/war-rooms/stream");
        await().atMost(SOON).until(() -> !stream.lastId().isEmpty());
        stream.close();
        of("early", "INC-1").declared();
        awaitState("early", "INC-1", "DECLARED");

        try (var again = two.stream("/tenants/early/war-rooms/stream", "Last-Event-ID", stream.lastId())) {
            awaitEvent(again, "INC-1", "DECLARED");
        }
    }

    @Test
    void aStreamGoesOnQuietlyBehindAChangeWhoseRoomIsForgotten() throws Exception {
        of("quiet", "INC-1").declared();
        awaitState("quiet", "INC-1", "DECLARED");
        var epoch = list("quiet", "").path("streamFrom").asString().split("-", 2)[0];
        jdbi.useHandle(handle -> handle.execute("DELETE FROM war_room WHERE tenant_id = 'quiet'"));

        try (var stream = one.stream("/tenants/quiet/war-rooms/stream?after=" + epoch + "-0")) {
            await().atMost(SOON).until(() -> stream.comments() >= 2);
            of("quiet", "INC-2").declared();
            awaitEvent(stream, "INC-2", "DECLARED");

            assertThat(stream.events()).hasSize(1);
            assertThat(stream.comments()).as("heartbeats, one a second").isLessThan(60);
        }
    }

    @Test
    void aValueThatTheDatabaseRefusesIsPassedOverAndNothingElseIs() throws Exception {
        jdbi.useHandle(handle -> handle.execute(
                "ALTER TABLE war_room ADD CONSTRAINT no_poison CHECK (incident_id <> 'POISON') NOT VALID"));
        try (var log = CapturedLog.of("io.warroom.config.room", Level.INFO)) {
            of("poisoned", "INC-1").declared();
            of("poisoned", "POISON").declared();
            of("poisoned", "INC-2").declared();
            awaitState("poisoned", "INC-1", "DECLARED");
            awaitState("poisoned", "INC-2", "DECLARED");

            assertThat(items("poisoned", "")).hasSize(2);
            assertThat(log.said())
                    .filteredOn(line -> line.contains("passed over"))
                    .singleElement()
                    .asString()
                    .contains("the database does not take it");
        } finally {
            jdbi.useHandle(handle -> handle.execute("ALTER TABLE war_room DROP CONSTRAINT no_poison"));
        }
    }

    @Test
    void anIdOfAnotherDatabaseIsAnsweredWithAResetAndOneThatIsNoneIsRefused() throws Exception {
        of("reset", "INC-1").declared();
        awaitState("reset", "INC-1", "DECLARED");
        for (var query : List.of(
                "?after=00000000-1",
                "?after=" + list("reset", "").path("streamFrom").asString() + "99")) {
            try (var stream = one.stream("/tenants/reset/war-rooms/stream" + query)) {
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(stream.events())
                                .first()
                                .extracting(EventStream.Event::type)
                                .isEqualTo("reset"));
            }
        }
        var refused = one.send("GET", "/tenants/reset/war-rooms/stream", "", "Last-Event-ID", "x".repeat(2000));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("Last-Event-ID").doesNotContain("xxx");
        assertThat(one.send("GET", "/tenants/reset/war-rooms/stream?from=1", "").statusCode())
                .isEqualTo(400);
    }

    @Test
    void aTenantHasSoManyStreamsAndAPlaceThatIsLeftIsGivenAgain() throws Exception {
        var open = new ArrayList<EventStream>();
        for (int i = 0; i < 3; i++) {
            open.add(one.stream("/tenants/crowd/war-rooms/stream"));
        }
        var refused = one.send("GET", "/tenants/crowd/war-rooms/stream", "", "Accept", "text/event-stream");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(refused.body()).contains("\"code\":\"too-many-streams\"");
        assertThat(refused.headers().firstValue("Retry-After"))
                .as("whole seconds, behind the heartbeat that finds out who is gone")
                .hasValueSatisfying(seconds -> assertThat(seconds).matches("[1-9][0-9]?"));
        one.stream("/tenants/neighbour/war-rooms/stream").close();

        open.getFirst().close();

        await().atMost(SOON).ignoreExceptions().until(() -> {
            open.add(one.stream("/tenants/crowd/war-rooms/stream"));
            return true;
        });
        for (var stream : open) {
            stream.close();
        }
    }

    @Test
    void aClientThatDoesNotReadIsDroppedAndAnInstanceThatStopsEndsItsStreams() throws Exception {
        var three = deployment.start(
                "--server.tomcat.connection-timeout=1s",
                "--warroom.rooms.stream.per-instance=2",
                "--warroom.rooms.stream.heartbeat=1s");
        var feed = three.part(RoomFeed.class);
        try (var deaf = new Socket()) {
            deaf.setReceiveBufferSize(4096);
            deaf.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), three.port()));
            deaf.getOutputStream()
                    .write(("GET /api/v1/tenants/deaf/war-rooms/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
                                    + Instance.asOperator()
                                    + "\r\n\r\n")
                            .getBytes(UTF_8));
            await().atMost(SOON).until(() -> feed.streams() == 1);
            var listening = three.stream("/tenants/deaf/war-rooms/stream");
            assertThatThrownBy(() -> three.stream("/tenants/heard/war-rooms/stream"))
                    .as("the instance has no place left")
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("503");

            // Rows of this size cannot be made any more: the projection cuts what is long.
            jdbi.useTransaction(handle -> {
                handle.execute("""
                        INSERT INTO war_room (tenant_id, incident_id, facts, state, declared_at, search_text, item, change, heard_at)
                        SELECT 'deaf', 'INC-' || n, '{}', 'FAILED', now(), '',
                               json_build_object('incidentId', 'INC-' || n, 'state', 'FAILED', 'padding', repeat('x', 400000)), n, now()
                          FROM generate_series(1, 40) AS n""");
                handle.execute("INSERT INTO war_room_feed (tenant_id, last_change) VALUES ('deaf', 40)");
            });

            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(listening.events()).hasSizeGreaterThanOrEqualTo(40));
            await().atMost(SOON).until(() -> feed.streams() == 1);
            assertThat(listening.isOver()).isFalse();
            three.close();
            assertThat(listening.isOver() || awaitOver(listening)).isTrue();
        }
    }

    @Test
    void whatNothingWasHeardOfForTheRetentionIsForgotten() throws Exception {
        of("old", "INC-1").declared();
        of("old", "INC-2").declared();
        awaitState("old", "INC-1", "DECLARED");
        awaitState("old", "INC-2", "DECLARED");
        var retention = Duration.ofDays(30);
        jdbi.useHandle(handle -> handle.createUpdate("""
                        UPDATE war_room SET heard_at = now() - make_interval(days => :days)
                         WHERE tenant_id = 'old' AND incident_id = :incident""")
                .bind("days", 31)
                .bind("incident", "INC-1")
                .execute());
        jdbi.useHandle(handle -> handle.execute("""
                UPDATE war_room SET heard_at = now() - interval '29 days' WHERE tenant_id = 'old' AND incident_id = 'INC-2'"""));

        assertThat(new RoomCleaning(jdbi, retention).forget()).isEqualTo(1);
        assertThat(items("old", "").stream().map(item -> item.path("incidentId").asString()))
                .containsExactly("INC-2");
    }

    @Test
    void aRowStaysSmallAfterAThousandUpdatesOfAThousandPeople() {
        var projection = new RoomProjection(jdbi, () -> {});
        var people = IntStream.range(0, 1000)
                .mapToObj(i -> new Saying.Member("p-" + i, "Somebody with a name " + i, null, "RESPONDER"))
                .toList();
        for (int batch = 0; batch < 20; batch++) {
            var heard = new ArrayList<Heard>();
            for (int i = 0; i < 50; i++) {
                var update = new Saying.Update(
                        null, null, null, "note", people, people.size(), RoomRecordsOf.DECLARED.plusSeconds(i));
                heard.add(new Heard("bulky", "INC-1", 0, 0, batch * 50 + i, Instant.now(), update));
            }
            projection.hear("bulky", heard);
        }

        int bytes = jdbi.withHandle(
                handle -> handle.createQuery("""
                        SELECT octet_length(facts::text) FROM war_room WHERE tenant_id = 'bulky'""").mapTo(Integer.class).one());
        assertThat(bytes).isBetween(10_000, Facts.MAX_BYTES);
    }

    @Test
    void keptTotalsAreTheCountedOnesWhateverHappens() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var projection = new RoomProjection(jdbi, () -> {});
        var time = RoomRecordsOf.DECLARED;
        for (int batch = 0; batch < 30; batch++) {
            var heard = new ArrayList<Heard>();
            for (int i = 0; i < 20; i++) {
                var saying = switch (random.nextInt(5)) {
                    case 0 ->
                        new Saying.Declaration("t", "P1", null, null, null, null, time, null, List.of(), List.of(), 0);
                    case 1 ->
                        new Saying.Opening(
                                null, null, null, null, List.of(), 0, List.of(), 0, time, time, List.of(), 1);
                    case 2 ->
                        new Saying.Failing(null, "NO_APP", "d", null, null, null, List.of(), 0, time, time, 1, time);
                    case 3 -> new Saying.Closing("LARK", "oc", true, time, null, 1);
                    default -> List.of(Saying.TakenBack.values()).get(random.nextInt(4));
                };
                heard.add(
                        new Heard("counted", "INC-" + random.nextInt(60), 0, 0, batch * 20 + i, Instant.now(), saying));
            }
            projection.hear("counted", heard);
        }
        jdbi.useHandle(
                handle -> handle.execute(
                        "UPDATE war_room SET heard_at = now() - interval '31 days' WHERE tenant_id = 'counted' AND incident_id LIKE '%7'"));
        new RoomCleaning(jdbi, Duration.ofDays(30)).forget();

        var counted = jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT state, count(*) AS rooms FROM war_room
                         WHERE tenant_id = 'counted' AND state IS NOT NULL GROUP BY state""")
                .map((row, context) -> Map.entry(row.getString("state"), row.getLong("rooms")))
                .collectToMap(Map.Entry::getKey, Map.Entry::getValue));
        var totals = list("counted", "").path("totals");
        for (var state : State.values()) {
            assertThat(totals.path(state.name()).asLong())
                    .as("%s, seed %d", state, seed)
                    .isEqualTo(counted.getOrDefault(state.name(), 0L));
        }
    }

    @Test
    void aSearchLooksAtABoundedNumberAndGoesOnWithOlderOnes() throws Exception {
        int rooms = RoomStore.WINDOW + 500;
        jdbi.useHandle(handle -> handle.createUpdate("""
                        INSERT INTO war_room (tenant_id, incident_id, facts, state, declared_at, search_text, item, change, heard_at)
                        SELECT 'deep', 'INC-' || n, '{}', 'CLOSED', now() - n * interval '1 minute', 'inc-' || n,
                               json_build_object('incidentId', 'INC-' || n), 0, now()
                          FROM generate_series(1, :rooms) AS n""").bind("rooms", rooms).execute());

        var first = list("deep", "?q=inc-" + rooms);
        assertThat(first.path("items")).isEmpty();
        var second =
                list("deep", "?q=inc-" + rooms + "&cursor=" + first.path("next").asString());

        assertThat(second.path("items")).hasSize(1);
        assertThat(second.path("next").isNull()).isTrue();
        assertThat(list("deep", "?q=none&state=OPENED").path("next").isNull()).isTrue();
    }

    @Test
    void manyChangesAtOnceAreFewNotifications() throws Exception {
        var notifier = new ChangeNotifier(jdbi);
        try (var handle = jdbi.open()) {
            handle.execute("LISTEN " + RoomStore.CHANNEL);
            handle.execute("LISTEN fence");
            notifier.start();
            for (int i = 0; i < 10_000; i++) {
                notifier.changed();
            }
            jdbi.useHandle(other -> other.execute("NOTIFY fence"));
            var notifications = handle.getConnection().unwrap(PGConnection.class);
            var names = new ArrayList<String>();
            await().atMost(SOON).until(() -> {
                for (var one : notifications.getNotifications(100)) {
                    names.add(one.getName());
                }
                return names.contains("fence") && names.contains(RoomStore.CHANNEL);
            });

            assertThat(names.stream().filter(RoomStore.CHANNEL::equals)).hasSizeLessThan(100);
        } finally {
            notifier.stop();
        }
    }

    @Test
    void aTenantsManyReadersAreRefusedAndOthersAreServed() throws Exception {
        // The holder of the table's lock keeps every reader of the tenant waiting.
        try (var handle = jdbi.open()) {
            handle.begin();
            handle.execute("LOCK TABLE war_room_total IN ACCESS EXCLUSIVE MODE");
            var answers = new ArrayList<Future<Integer>>();
            try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 8; i++) {
                    answers.add(readers.submit(() ->
                            one.send("GET", "/tenants/greedy/war-rooms", "").statusCode()));
                }
                var statuses = new ArrayList<Integer>();
                for (var answer : answers) {
                    statuses.add(answer.get());
                }
                assertThat(statuses)
                        .as("three wait for the lock until their statement's time is over, the others are refused")
                        .containsOnly(429, 503)
                        .contains(429, 503);
            }
            assertThat(one.send("GET", "/tenants/modest/war-rooms/INC-1", "").statusCode())
                    .isEqualTo(404);
            handle.rollback();
        }
        assertThat(one.send("GET", "/tenants/greedy/war-rooms", "").statusCode())
                .isEqualTo(200);
    }

    private static RoomRecordsOf of(String tenant, String incident) {
        return new RoomRecordsOf(kafka, deployment.prefix(), tenant, incident);
    }

    private static Object openedOf(String tenant, String incident) {
        return io.warroom.event.WarRoomOpened.newBuilder()
                .setEventId("e")
                .setTenantId(tenant)
                .setIncidentId(incident)
                .setDeclaredAt(RoomRecordsOf.DECLARED)
                .setOpenedAt(RoomRecordsOf.DECLARED)
                .build();
    }

    private static void writeBytes(Topic topic, String key, byte @Nullable [] value) throws Exception {
        var properties =
                Map.<String, Object>of("bootstrap.servers", Backing.get().kafkaBootstrapServers());
        try (var producer = new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic.name(deployment.prefix()), key, value))
                    .get();
        }
    }

    private static Deque<Runnable> queue(Runnable... steps) {
        return new ArrayDeque<>(List.of(steps));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    private static JsonNode list(String tenant, String query) throws Exception {
        var answer = two.send("GET", "/tenants/" + tenant + "/war-rooms" + query, "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static List<JsonNode> items(String tenant, String query) throws Exception {
        return list(tenant, query).path("items").valueStream().toList();
    }

    private static JsonNode detail(String tenant, String incident) throws Exception {
        return JSON.readTree(one.send("GET", "/tenants/" + tenant + "/war-rooms/" + incident, "")
                .body());
    }

    private static void awaitState(String tenant, String incident, String state) {
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(detail(tenant, incident).path("state").asString(""))
                                .isEqualTo(state));
    }

    private static void awaitEvent(EventStream stream, String incident, String state) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(stream.events()).anySatisfy(event -> {
                    assertThat(event.data())
                            .contains("\"incidentId\":\"" + incident + "\"", "\"state\":\"" + state + "\"");
                }));
    }

    private static boolean awaitOver(EventStream stream) {
        await().atMost(SOON).until(stream::isOver);
        return true;
    }

    /** Until the group's offsets are the topics' ends. */
    private static void awaitReadToTheEnd() {
        try (var admin = Admin.create(
                Map.<String, Object>of("bootstrap.servers", Backing.get().kafkaBootstrapServers()))) {
            await().atMost(SOON).untilAsserted(() -> {
                var ends = new HashMap<String, Long>();
                var asked = new HashMap<TopicPartition, OffsetSpec>();
                for (var topic : READ) {
                    var name = topic.name(deployment.prefix());
                    for (int partition = 0; partition < 3; partition++) {
                        asked.put(new TopicPartition(name, partition), OffsetSpec.latest());
                    }
                }
                admin.listOffsets(asked).all().get().forEach((partition, end) -> {
                    if (end.offset() > 0) {
                        ends.put(partition.toString(), end.offset());
                    }
                });
                var read = new HashMap<String, Long>();
                admin.listConsumerGroupOffsets(group())
                        .partitionsToOffsetAndMetadata()
                        .get()
                        .forEach((partition, offset) -> {
                            if (ends.containsKey(partition.toString())) {
                                read.put(partition.toString(), offset.offset());
                            }
                        });
                assertThat(read).isEqualTo(ends);
            });
        }
    }

    private static void readFromTheBeginning(Runnable before) throws Exception {
        var listeners = List.of(
                one.part("roomListener", ConcurrentMessageListenerContainer.class),
                two.part("roomListener", ConcurrentMessageListenerContainer.class));
        listeners.forEach(listener -> listener.stop());
        try (var admin = Admin.create(
                Map.<String, Object>of("bootstrap.servers", Backing.get().kafkaBootstrapServers()))) {
            await().atMost(SOON)
                    .ignoreExceptions()
                    .until(() ->
                            admin.deleteConsumerGroups(List.of(group())).all().get() == null);
        }
        before.run();
        listeners.forEach(listener -> listener.start());
        awaitReadToTheEnd();
    }

    private static String group() {
        return deployment.prefix() + "config-service-war-rooms";
    }
}
