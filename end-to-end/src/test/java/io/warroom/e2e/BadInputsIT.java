package io.warroom.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import io.warroom.event.AppDeleted;
import io.warroom.event.IncidentDeclaration;
import io.warroom.event.IncidentDeclared;
import io.warroom.event.Platform;
import io.warroom.event.Responder;
import io.warroom.event.Role;
import io.warroom.event.Severity;
import io.warroom.local.testing.Backing;
import io.warroom.topic.TenantPartitioner;
import io.warroom.topic.Topic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The list of bad inputs, B1 to B25 as far as a topic can carry them: each record has one typed ending, what nobody can accept
 * keeps its bytes, and an incident behind it in its partition opens. Our types have neither recursion (B10) nor decimals (B16);
 * addresses, HTTP bodies and platforms' answers (B22, B23, B26) are no records and are tried by their modules.
 */
@ExtendWith(FailureReport.class)
class BadInputsIT {

    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String TENANT = "acme";
    private static final int PARTITIONS = 4;

    @TempDir
    static Path folder;

    private static Product product;
    private static ServiceProcess worker;
    private static KafkaProducer<byte[], byte[]> producer;
    private static final List<Case> CASES = new ArrayList<>();
    private static List<ConsumerRecord<byte[], byte[]>> rejected = List.of();
    private static int sentinels;

    /** What becomes of a record. */
    sealed interface Ending {
        /** It stands on incident-rejected, bytes kept. */
        record Rejected(String reason) implements Ending {}

        /** The incident has one room. */
        record Opened(String incidentId) implements Ending {}
    }

    /** @param bad what is wrong, beginning with its number in the list */
    @SuppressWarnings("ArrayRecordComponent") // bytes as they travel; nobody changes or compares them
    record Case(String bad, byte @Nullable [] key, byte @Nullable [] value, List<Header> headers, Ending ending) {
        @Override
        public String toString() {
            return bad;
        }
    }

    /** Writes what is behind the field {@code chat}: links, then responders. */
    @FunctionalInterface
    private interface Rest {
        void write(BinaryEncoder encoder) throws IOException;
    }

    @BeforeAll
    static void start() throws Exception {
        product = new Product(folder, "bad-" + UUID.randomUUID() + "-", Product.Routes.direct());
        // One record that takes a fifth of this is a bomb.
        worker = product.launchWorker(List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError"), List.of(), Map.of());
        worker.awaitReady();
        producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        product.brokers(),
                        "max.request.size",
                        20_000_000,
                        "compression.type",
                        "zstd"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        var tenant = (ObjectNode) SampleTenants.tenants().getFirst().deepCopy();
        tenant.put("tenantId", TENANT);
        tenant.put("platform", "LARK");
        SampleTenants.enable(product, tenant);
        CASES.addAll(cases());
        var behind = new ArrayList<String>();
        for (var bad : CASES) {
            send(bad.key(), bad.value(), bad.headers());
            behind.add(sentinel());
        }
        awaitOpened(behind);
        long wanted = CASES.stream()
                .filter(bad -> bad.ending() instanceof Ending.Rejected)
                .count();
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(product.bytes(Topic.INCIDENT_REJECTED)).hasSize((int) wanted));
        rejected = product.bytes(Topic.INCIDENT_REJECTED);
    }

    @AfterAll
    static void stop() throws Exception {
        producer.close();
        product.close();
    }

    @ParameterizedTest
    @FieldSource("CASES")
    void aBadRecordHasOneTypedEndingAndThePartitionGoesOn(Case bad) throws Exception {
        var rejections = rejected.stream()
                .filter(record -> Arrays.equals(record.value(), bad.value()))
                .toList();
        switch (bad.ending()) {
            case Ending.Rejected(var reason) ->
                assertThat(rejections).isNotEmpty().allSatisfy(record -> {
                    assertThat(header(record, "warroom-reason")).isEqualTo(reason);
                    assertThat(header(record, "warroom-detail")).isNotBlank();
                    assertThat(header(record, "warroom-topic")).isEqualTo(product.topic(Topic.INCIDENT_DECLARED));
                });
            case Ending.Opened(var incidentId) -> {
                awaitOpened(List.of(incidentId));
                assertThat(roomsOf(incidentId)).hasSize(1);
                assertThat(rejections).isEmpty();
            }
        }
    }

    @Test
    void aRecordThatIsCutAnywhereIsRejected() throws Exception {
        byte[] whole = valid("INC-cut", "cut");

        for (int length = 1; length < whole.length; length++) {
            send(TENANT.getBytes(StandardCharsets.UTF_8), Arrays.copyOf(whole, length), List.of());
        }
        awaitOpened(List.of(sentinel()));

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(product.bytes(Topic.INCIDENT_REJECTED))
                        .filteredOn(record -> isBeginningOf(whole, record.value()))
                        .hasSize(whole.length - 1)
                        .allSatisfy(record ->
                                assertThat(header(record, "warroom-reason")).isEqualTo("NOT_AVRO")));
        assertThat(roomsOf("INC-cut")).isEmpty();
    }

    @Test
    void aStormOfArraysThatClaimMillionsOfItemsTakesNoWorkersMemory() throws Exception {
        byte[] bomb = encoded("INC-storm", "storm", encoder -> {
            encoder.writeLong(6_000_000);
            encoder.writeString("the first of them");
        });

        for (int i = 0; i < 400; i++) {
            send(TENANT.getBytes(StandardCharsets.UTF_8), bomb, List.of());
        }
        awaitOpened(List.of(sentinel()));

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(product.bytes(Topic.INCIDENT_REJECTED))
                        .filteredOn(record -> Arrays.equals(record.value(), bomb))
                        .hasSize(400));
        assertThat(worker.isAlive()).isTrue();
        assertThat(worker.log()).doesNotContain("OutOfMemoryError");
    }

    private static List<Case> cases() throws Exception {
        byte[] whole = valid("INC-trailing", "trailing");
        var cases = new ArrayList<Case>();
        cases.add(rejected("B1 null value", null, "NO_VALUE"));
        cases.add(new Case(
                "B2 null key", null, valid("INC-no-key", "no key"), List.of(), new Ending.Opened("INC-no-key")));
        cases.add(rejected("B3 empty value", new byte[0], "NO_VALUE"));
        cases.add(rejected("B4 another magic byte", with(whole, 0, 7), "NOT_AVRO"));
        cases.add(rejected("B5 a schema id that nobody knows", with(whole, 1, 0x7f), "UNKNOWN_SCHEMA"));
        cases.add(rejected(
                "B6 the schema of another type",
                serialized(Topic.APP_DELETED, new AppDeleted("e", TENANT, Platform.LARK, 1L, Instant.EPOCH)),
                "WRONG_TYPE"));
        cases.add(opened("B8 bytes behind the record", Arrays.copyOf(whole, whole.length + 9), "INC-trailing"));
        cases.add(rejected("B9 a string that claims two gigabytes", longString(Integer.MAX_VALUE - 8), "NOT_AVRO"));
        cases.add(rejected("B9 a string that claims an exabyte", longString(1L << 60), "NOT_AVRO"));
        cases.add(rejected("B9 an array that claims two thousand million items", array(2_000_000_000L), "NOT_AVRO"));
        cases.add(rejected("B11 an array of the largest count", array(Long.MAX_VALUE), "NOT_AVRO"));
        cases.add(rejected("B11 an array of the most negative count", array(Long.MIN_VALUE), "NOT_AVRO"));
        cases.add(rejected("B11 a negative count and no size", array(-3), "NOT_AVRO"));
        cases.add(opened("B12 a title that is not UTF-8", badUtf8(), "INC-bad-utf8"));
        for (var title : Map.of(
                        "B12 a title with NUL", "do\u0000wn",
                        "B12 a title that turns the reading direction", "down \u202Egnp.exe",
                        "B12 a title of two lines", "down\nforged: line",
                        "B12 a blank title", " ",
                        "B13 a title of 900,000 characters", "x".repeat(900_000))
                .entrySet()) {
            String id = "INC-title-" + cases.size();
            cases.add(opened(title.getKey(), valid(id, title.getValue()), id));
        }
        cases.add(opened("B14 10,000 people", serialized(people("INC-many", 10_000, false)), "INC-many"));
        cases.add(opened("B14 one person twice", serialized(people("INC-twice", 2, true)), "INC-twice"));
        cases.add(opened(
                "B14 1,000 people of whom nobody is known", serialized(people("INC-1000", 1_000, false)), "INC-1000"));
        cases.add(opened(
                "B15 a title that calls everybody and leads elsewhere",
                valid("INC-markup", "<at user_id=\"all\"></at> @all [here](https://evil.example) ${x} #{y} %n"),
                "INC-markup"));
        for (long time : new long[] {Long.MIN_VALUE, -1, Long.MAX_VALUE}) {
            String id = "INC-at-" + Long.toUnsignedString(time);
            cases.add(opened(
                    "B17 declared at the millisecond " + time, encoded(id, "time", time, BadInputsIT::twoPeople), id));
        }
        cases.add(rejected("B18 a severity by a number that no schema has", severity(99), "NOT_AVRO"));
        cases.add(opened("B18 a later schema: one more field, one more severity", later(), "INC-later"));
        cases.add(opened(
                "B19 the same incident again, in other words", valid("INC-trailing", "other words"), "INC-trailing"));
        cases.add(new Case(
                "B20 the key is another tenant's",
                "other".getBytes(StandardCharsets.UTF_8),
                valid("INC-key", "key"),
                List.of(),
                new Ending.Rejected("KEY_MISMATCH")));
        cases.add(new Case(
                "B20 the key is no text",
                new byte[] {(byte) 0xc3, 0x28, 0},
                valid("INC-key", "key"),
                List.of(),
                new Ending.Rejected("KEY_MISMATCH")));
        cases.add(headed("B21 headers that are not UTF-8", "INC-h1", new RecordHeader("ce_id", new byte[] {
            (byte) 0xff, (byte) 0xfe
        })));
        cases.add(headed(
                "B21 a header twice",
                "INC-h2",
                new RecordHeader("ce_id", "a".getBytes(StandardCharsets.UTF_8)),
                new RecordHeader("ce_id", "b".getBytes(StandardCharsets.UTF_8))));
        cases.add(headed("B21 a header without value", "INC-h3", new RecordHeader("traceparent", (byte[]) null)));
        cases.add(headed("B21 a header of a megabyte", "INC-h4", new RecordHeader("traceparent", new byte[1_000_000])));
        cases.add(headed(
                "B21 our own marks, forged",
                "INC-h5",
                new RecordHeader("warroom-forwarded-from", "x@y".getBytes(StandardCharsets.UTF_8)),
                new RecordHeader("warroom-forwarded", new byte[] {(byte) 0xff})));
        for (String tenant : List.of("../acme", "acme' OR '1'='1", "*", "acme%", "a/b", "", "x".repeat(65))) {
            var event = incident("INC-tenant", "tenant");
            event.put("tenantId", tenant);
            cases.add(rejected("B24 the tenant " + tenant, serialized(event), "OUTSIDE_LIMITS"));
        }
        cases.add(rejected(
                "B25 three megabytes that travel as some hundred bytes", new byte[3_000_000], "UNKNOWN_SCHEMA"));
        return cases;
    }

    private static Case rejected(String bad, byte @Nullable [] value, String reason) {
        return new Case(bad, TENANT.getBytes(StandardCharsets.UTF_8), value, List.of(), new Ending.Rejected(reason));
    }

    private static Case opened(String bad, byte[] value, String incidentId) {
        return new Case(bad, TENANT.getBytes(StandardCharsets.UTF_8), value, List.of(), new Ending.Opened(incidentId));
    }

    private static Case headed(String bad, String incidentId, Header... headers) throws Exception {
        return new Case(
                bad,
                TENANT.getBytes(StandardCharsets.UTF_8),
                valid(incidentId, "headers"),
                List.of(headers),
                new Ending.Opened(incidentId));
    }

    private static IncidentDeclared incident(String id, String title) {
        var incident = IncidentDeclaration.of(TENANT, id, "checkout is down", Severity.P1, Instant.EPOCH);
        people().forEach(person -> incident.responder(
                person.path("personId").asString(),
                person.path("name").asString(),
                Role.RESPONDER,
                person.path("email").asString(),
                person.path("mobile").asString()));
        var declared = incident.build();
        declared.put("title", title);
        return declared;
    }

    private static List<JsonNode> people() {
        var people = SampleTenants.tenants().getFirst().path("people");
        return List.of(people.get(0), people.get(1));
    }

    /** Whoever is behind the first two is known to nobody. */
    private static IncidentDeclared people(String id, int count, boolean twice) {
        var incident = incident(id, "people");
        var responders = new ArrayList<>(incident.getResponders());
        for (int i = responders.size(); i < count; i++) {
            responders.add(new Responder("p-" + i, "Nobody " + i, null, null, null, Role.RESPONDER));
        }
        if (twice) {
            responders.set(1, responders.getFirst());
        }
        incident.put("responders", responders);
        return incident;
    }

    private static byte[] valid(String id, String title) throws Exception {
        return serialized(incident(id, title));
    }

    private static byte[] serialized(IncidentDeclared event) throws Exception {
        return serialized(Topic.INCIDENT_DECLARED, event);
    }

    private static byte[] serialized(Topic topic, Object event) throws Exception {
        try (var serializer = serializer()) {
            return serializer.serialize(product.topic(topic), event);
        }
    }

    private static KafkaAvroSerializer serializer() {
        var serializer = new KafkaAvroSerializer();
        serializer.configure(
                Map.of(
                        "schema.registry.url", Backing.get().schemaRegistryUrl(),
                        "auto.register.schemas", false,
                        "avro.remove.java.properties", true),
                false);
        return serializer;
    }

    private static byte[] with(byte[] bytes, int at, int value) {
        byte[] changed = bytes.clone();
        changed[at] = (byte) value;
        return changed;
    }

    /** An incident by hand, in the format and under the schema id of a good one. */
    private static byte[] encoded(String id, String title, Rest rest) throws Exception {
        return encoded(id, title, 0, rest);
    }

    private static byte[] encoded(String id, String title, long declaredAt, Rest rest) throws Exception {
        return written(encoder -> {
            encoder.writeString(TENANT);
            encoder.writeString(id);
            encoder.writeString(title);
            upToLinks(encoder, 0, declaredAt);
            rest.write(encoder);
        });
    }

    private static void upToLinks(BinaryEncoder encoder, int severity, long declaredAt) throws IOException {
        encoder.writeEnum(severity);
        for (int absent = 0; absent < 4; absent++) {
            encoder.writeIndex(0);
        }
        encoder.writeLong(declaredAt);
        encoder.writeIndex(0);
    }

    private static void twoPeople(BinaryEncoder encoder) throws IOException {
        encoder.writeLong(0);
        encoder.writeLong(2);
        for (var person : people()) {
            encoder.writeString(person.path("personId").asString());
            encoder.writeString(person.path("name").asString());
            encoder.writeIndex(0);
            encoder.writeIndex(1);
            encoder.writeString(person.path("mobile").asString());
            encoder.writeIndex(0);
            encoder.writeEnum(0);
        }
        encoder.writeLong(0);
    }

    private static byte[] written(Rest record) throws Exception {
        var bytes = new ByteArrayOutputStream();
        bytes.write(valid("INC", "for its schema id"), 0, 5);
        var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        record.write(encoder);
        encoder.flush();
        return bytes.toByteArray();
    }

    private static byte[] longString(long claimed) throws Exception {
        return written(encoder -> {
            encoder.writeString(TENANT);
            encoder.writeString("INC-long");
            encoder.writeLong(claimed);
            encoder.writeFixed("short".getBytes(StandardCharsets.UTF_8));
        });
    }

    private static byte[] array(long claimed) throws Exception {
        return encoded("INC-array", "array", encoder -> encoder.writeLong(claimed));
    }

    private static byte[] badUtf8() throws Exception {
        return written(encoder -> {
            encoder.writeString(TENANT);
            encoder.writeString("INC-bad-utf8");
            encoder.writeBytes(new byte[] {'d', (byte) 0xc3, 0x28, (byte) 0xed, (byte) 0xa0, (byte) 0x80, 'n'});
            upToLinks(encoder, 0, 0);
            twoPeople(encoder);
        });
    }

    private static byte[] severity(int symbol) throws Exception {
        return written(encoder -> {
            encoder.writeString(TENANT);
            encoder.writeString("INC-severity");
            encoder.writeString("severity");
            upToLinks(encoder, symbol, 0);
            twoPeople(encoder);
        });
    }

    /** As a producer would write that knows a schema which this worker's makers did not. */
    private static byte[] later() throws Exception {
        var today = IncidentDeclared.getClassSchema();
        var severity = today.getField("severity").schema();
        var symbols = new ArrayList<>(severity.getEnumSymbols());
        symbols.add("P9");
        String json = today.toString()
                .replace(symbolsOf(severity.getEnumSymbols()), symbolsOf(symbols))
                .replaceFirst(
                        "\"fields\":\\[",
                        "\"fields\":[{\"name\":\"weather\",\"type\":\"string\",\"default\":\"fair\"},");
        var schema = new AvroSchema(new Schema.Parser().parse(json));
        int id;
        try (var registry = new CachedSchemaRegistryClient(Backing.get().schemaRegistryUrl(), 10)) {
            id = registry.register(product.topic(Topic.INCIDENT_DECLARED) + "-value", schema);
        }
        var bytes = new ByteArrayOutputStream();
        bytes.write(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
        var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        encoder.writeString("stormy");
        encoder.writeString(TENANT);
        encoder.writeString("INC-later");
        encoder.writeString("later");
        upToLinks(encoder, symbols.size() - 1, 0);
        twoPeople(encoder);
        encoder.flush();
        return bytes.toByteArray();
    }

    private static String symbolsOf(List<String> symbols) {
        return "\"symbols\":[\"" + String.join("\",\"", symbols) + "\"]";
    }

    private static void send(byte @Nullable [] key, byte @Nullable [] value, List<Header> headers) throws Exception {
        int home = TenantPartitioner.partitionOf(TENANT, PARTITIONS);
        producer.send(new ProducerRecord<>(product.topic(Topic.INCIDENT_DECLARED), home, key, value, headers))
                .get();
    }

    /** A good incident behind whatever was sent; its id. */
    private static String sentinel() throws Exception {
        String id = "INC-behind-" + sentinels++;
        send(TENANT.getBytes(StandardCharsets.UTF_8), valid(id, "behind"), List.of());
        return id;
    }

    private static void awaitOpened(Collection<String> incidentIds) {
        var keys = incidentIds.stream().map(id -> TENANT + "/" + id).toList();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(product.records(Topic.WAR_ROOM_OPENED))
                        .extracting(ConsumerRecord::key)
                        .containsAll(keys));
    }

    private static List<JsonNode> roomsOf(String incidentId) throws Exception {
        return product.rooms().stream()
                .filter(room -> room.path("name").asString().startsWith(incidentId + " "))
                .toList();
    }

    private static boolean isBeginningOf(byte[] whole, byte @Nullable [] value) {
        return value != null && value.length > 0 && Arrays.mismatch(value, whole) == value.length;
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
