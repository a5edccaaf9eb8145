package io.warroom.e2e.faults;

import io.warroom.e2e.SampleTenants;
import io.warroom.e2e.ServiceProcess;
import io.warroom.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import tools.jackson.databind.JsonNode;

/** F44 to F48: the order in which configuration and incidents arrive; and a topic that is read from its start again. */
final class ConfigFaults {

    private static final List<String> PLATFORMS = List.of("WECOM", "DINGTALK", "LARK");

    private ConfigFaults() {}

    static List<Fault> all() {
        return List.of(
                Fault.shared("F44", "incidents come before their tenant's configuration", ConfigFaults::beforeConfig),
                Fault.shared(
                        "F45", "the app is deleted with incidents in flight, and enabled again", ConfigFaults::deleted),
                Fault.shared("F46", "the key is changed in the middle of incidents", ConfigFaults::rotated),
                Fault.shared(
                        "F47",
                        "an older version of an app is written behind the newer one",
                        ConfigFaults::olderBehindNewer),
                Fault.shared(
                        "F48",
                        "the workers cannot read the configuration for longer than tombstones are kept",
                        ConfigFaults::tombstonesGone),
                Fault.shared(
                        "config",
                        "the config service is killed and its database cut, then all workers are killed",
                        ConfigFaults::serviceGone),
                Fault.shared(
                        "replay",
                        "the topic is read from its start a month later by the platforms' clocks: no call, the same"
                                + " results",
                        ConfigFaults::replay));
    }

    private static void beforeConfig(Cell cell) throws Exception {
        cell.stage.requireWorkers(2);
        var early = new ArrayList<String>();
        var tenants = new ArrayList<JsonNode>();
        for (String platform : PLATFORMS) {
            var tenant = cell.newTenant(platform);
            cell.hasNoApp(tenant);
            tenants.add(tenant);
            early.addAll(cell.declare(5, List.of(tenant)));
        }
        cell.awaitThat(
                () -> cell.stage.topics.everParked(early, "NO_APP") == early.size(),
                () -> "not all wait for an app: " + cell.stage.topics.state(early));
        for (var tenant : tenants) {
            cell.stage.enable(tenant);
            early.addAll(cell.declare(5, List.of(tenant)));
        }
        cell.awaitEnded(early, early.size());
    }

    private static void deleted(Cell cell) throws Exception {
        cell.stage.requireWorkers(2);
        cell.product.faults(List.of(Map.of("kind", "LATENCY", "millis", 500, "times", 1_000_000)));
        for (String platform : PLATFORMS) {
            var tenant = cell.newTenant(platform);
            cell.hasNoApp(tenant);
            var parameters = cell.stage.enable(tenant);
            var all = cell.declare(20, List.of(tenant));
            cell.awaitEnded(all, cell.random.nextInt(10));
            cell.product.api("DELETE", app(tenant), null);
            all.addAll(cell.declare(5, List.of(tenant)));
            cell.awaitThat(
                    () -> cell.stage.topics.endedOrWaiting(all) == all.size(),
                    () -> "neither ended nor waiting for an app: " + cell.stage.topics.state(all));
            SampleTenants.put(cell.product, tenant, "", parameters);
        }
    }

    private static void rotated(Cell cell) throws Exception {
        cell.stage.requireWorkers(2);
        cell.product.faults(List.of(Map.of("kind", "LATENCY", "millis", 300, "times", 1_000_000)));
        for (String platform : PLATFORMS) {
            var tenant = cell.newTenant(platform);
            cell.stage.enable(tenant);
            var all = cell.declare(20, List.of(tenant));
            for (int i = 0; i < 3; i++) {
                cell.awaitEnded(all, all.size() - 20 + cell.random.nextInt(10));
                newKey(cell, tenant);
                all.addAll(cell.declare(10, List.of(tenant)));
            }
        }
        cell.product.faults(List.of());
    }

    /** First on the platform, then with us: as people do it, with a moment in which the known key is wrong. */
    private static void newKey(Cell cell, JsonNode tenant) throws Exception {
        String id = tenant.path("tenantId").asString();
        var changed = SampleTenants.parameters(id, tenant.path("platform").asString());
        SampleTenants.secretsOf(changed).forEach(cell.stage.secrets::add);
        SampleTenants.register(cell.product, tenant, changed);
        cell.product.simulator(
                "POST",
                "/tenants/%s/%s/revoke-tokens"
                        .formatted(id, tenant.path("platform").asString()),
                null);
        SampleTenants.put(cell.product, tenant, "/key", changed);
    }

    private static void olderBehindNewer(Cell cell) throws Exception {
        cell.stage.requireWorkers(2);
        var all = new ArrayList<String>();
        var tenants = new ArrayList<JsonNode>();
        for (String platform : PLATFORMS) {
            var tenant = cell.newTenant(platform);
            tenants.add(tenant);
            cell.stage.enable(tenant);
            newKey(cell, tenant);
            all.addAll(cell.declare(3, List.of(tenant)));
        }
        cell.awaitEnded(all, all.size());
        for (var tenant : tenants) {
            again(cell, enabled(cell, tenant).getFirst());
        }
        var running = cell.declare(9, tenants);
        cell.awaitEnded(running, running.size());
        // And for a table that is built anew.
        cell.stage.requireWorkers(0);
        cell.stage.requireWorkers(1);
        var newcomer = cell.declare(9, tenants);
        cell.awaitEnded(newcomer, newcomer.size());
        cell.require(
                cell.stage.topics.everParked(running) + cell.stage.topics.everParked(newcomer) == 0,
                Invariant.I4,
                "an incident waited: the older key was tried");
    }

    private static List<ConsumerRecord<byte[], byte[]>> enabled(Cell cell, JsonNode tenant) {
        String key = tenant.path("tenantId").asString() + "/"
                + tenant.path("platform").asString();
        return cell.product.bytes(Topic.APP_ENABLED).stream()
                .filter(record ->
                        record.value() != null && new String(record.key(), StandardCharsets.UTF_8).equals(key))
                .toList();
    }

    /** Writes the record's bytes once more, where it stood. */
    private static void again(Cell cell, ConsumerRecord<byte[], byte[]> record) throws Exception {
        try (var producer = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", cell.product.brokers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(record.topic(), record.partition(), record.key(), record.value()))
                    .get();
        }
    }

    private static void tombstonesGone(Cell cell) throws Exception {
        cell.stage.requireWorkers(2);
        var tenant = cell.newTenant("LARK");
        var parameters = cell.stage.enable(tenant);
        var first = cell.declare(3, List.of(tenant));
        cell.awaitEnded(first, first.size());
        cell.stage.toBroker.cut();
        cell.hasNoApp(tenant);
        cell.product.api("DELETE", app(tenant), null);
        var eager = Map.of(
                "min.cleanable.dirty.ratio", "0.001",
                "segment.ms", "100",
                "max.compaction.lag.ms", "100",
                "delete.retention.ms", "0");
        String topic = cell.product.topic(Topic.APP_ENABLED);
        KafkaFaults.set(cell, topic, eager);
        try {
            var other = enabled(cell, cell.anyTenant()).getFirst();
            cell.awaitThat(
                    () -> {
                        // Only what is behind the newest segment is compacted.
                        for (var partition : cell.partitions(topic)) {
                            again(cell, at(other, partition));
                        }
                        Cell.last(Duration.ofMillis(150));
                        return cell.product.bytes(Topic.APP_ENABLED).stream()
                                .noneMatch(record -> new String(record.key(), StandardCharsets.UTF_8)
                                        .startsWith(tenant.path("tenantId").asString() + "/"));
                    },
                    () -> "the deleted app's records and tombstones stay");
        } finally {
            KafkaFaults.set(
                    cell,
                    topic,
                    Map.of(
                            "min.cleanable.dirty.ratio", "0.5",
                            "segment.ms", "86400000",
                            "max.compaction.lag.ms", "86400000",
                            "delete.retention.ms", "86400000"));
        }
        // Until then a worker acts on what it has read last.
        cell.awaitThat(
                () -> knowThatTheyAreOutOfDate(cell.stage.workers), () -> "workers trust what they have read last");
        cell.stage.toBroker.heal();
        var orphans = cell.declare(3, List.of(tenant));
        cell.awaitThat(
                () -> cell.stage.topics.everParked(orphans, "NO_APP") == orphans.size(),
                () -> "a deleted app was used: " + cell.stage.topics.state(orphans));
        SampleTenants.put(cell.product, tenant, "", parameters);
    }

    private static boolean knowThatTheyAreOutOfDate(List<ServiceProcess> workers) throws InterruptedException {
        for (var worker : workers) {
            if (!worker.health().contains("\"outOfDate\"")) {
                return false;
            }
        }
        return true;
    }

    private static ConsumerRecord<byte[], byte[]> at(ConsumerRecord<byte[], byte[]> record, TopicPartition partition) {
        return new ConsumerRecord<>(partition.topic(), partition.partition(), 0, record.key(), record.value());
    }

    private static void serviceGone(Cell cell) throws Exception {
        cell.stage.requireWorkers(2);
        cell.stage.toDatabase.cut();
        cell.product.configService().kill();
        try {
            var alone = cell.declare(60);
            cell.awaitEnded(alone, alone.size());
            for (var worker : List.copyOf(cell.stage.workers)) {
                cell.stage.kill(worker);
            }
            cell.stage.requireWorkers(1);
            var newcomer = cell.declare(60);
            cell.awaitEnded(newcomer, newcomer.size());
        } finally {
            cell.stage.toDatabase.heal();
            cell.product.restartConfigService();
        }
    }

    private static void replay(Cell cell) throws Exception {
        cell.stage.requireWorkers(2);
        var all = cell.declare(cell.thorough ? 300 : 60);
        cell.awaitEnded(all, all.size());
        cell.awaitFollowUps();
        cell.awaitThat(() -> cell.lag().isEmpty(), () -> "not committed");
        var before = new HashMap<String, List<Story.Ending>>();
        all.forEach(key -> before.put(key, cell.stage.topics.of(key).endings));
        var rooms = RoomJudge.state(all, cell.stage.rooms(all), cell.stage.topics);
        long calls = calls(cell);
        // What nobody could read is read again, too.
        cell.mayBeRejected(cell.stage.topics.rejected());
        cell.stage.requireWorkers(0);
        cell.stage.platformTime.pass(Duration.ofDays(31));
        fromTheStart(cell, cell.stage.group, Topic.INCIDENT_DECLARED);
        fromTheStart(cell, cell.stage.group + "-follow-ups", Topic.INCIDENT_UPDATED, Topic.INCIDENT_RESOLVED);
        cell.stage.requireWorkers(2);
        cell.awaitThat(
                () -> all.stream()
                        .allMatch(key -> cell.stage.topics.of(key).endings.size()
                                > before.getOrDefault(key, List.of()).size()),
                () -> "not every result was told again");
        for (String key : all) {
            var now = cell.stage.topics.of(key).endings;
            cell.require(
                    now.getLast().digest()
                            == before.getOrDefault(key, List.of()).getLast().digest(),
                    Invariant.I1,
                    key + "'s results are not the same bytes: " + now);
        }
        cell.awaitThat(() -> cell.lag().isEmpty(), () -> "not read again");
        cell.stage.awaitRead();
        RoomJudge.state(all, cell.stage.rooms(all), cell.stage.topics)
                .forEach((key, now) -> cell.require(
                        now.equals(rooms.get(key)),
                        Invariant.I14,
                        key + " was changed by a replay: " + rooms.get(key) + ", then " + now));
        long more = calls(cell) - calls;
        cell.require(more == 0, Invariant.I2, more + " calls were made for incidents that had ended");
    }

    private static void fromTheStart(Cell cell, String group, Topic... topics) throws Exception {
        var start = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (var topic : topics) {
            cell.partitions(cell.product.topic(topic))
                    .forEach(partition -> start.put(partition, new OffsetAndMetadata(0)));
        }
        cell.stage.admin.alterConsumerGroupOffsets(group, start).all().get();
    }

    private static long calls(Cell cell) throws Exception {
        return cell.product.simulator("GET", "/calls", null).path("total").asLong();
    }

    private static String app(JsonNode tenant) {
        return "/tenants/" + tenant.path("tenantId").asString() + "/mobile-apps/"
                + tenant.path("platform").asString();
    }
}
