package io.warroom.e2e.faults;

import io.warroom.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** F8 to F18: brokers, topics and what they refuse. */
final class KafkaFaults {

    private KafkaFaults() {}

    static List<Fault> all() {
        return List.of(
                Fault.cluster("F8", "a broker of three is killed (-9) under load", cell -> {
                    cell.stage.requireWorkers(2);
                    harm(cell, 1 + cell.random.nextInt(3), false);
                }),
                Fault.cluster("F9", "rolling bounce of three brokers under load", cell -> {
                    cell.stage.requireWorkers(2);
                    for (int id = 1; id <= 3; id++) {
                        harm(cell, id, true);
                    }
                }),
                Fault.cluster(
                        "F10", "the leaders of the group's offsets move, again and again", KafkaFaults::leaderMoves),
                Fault.cluster("F11", "the group's coordinator is killed (-9)", cell -> {
                    cell.stage.requireWorkers(2);
                    cell.awaitEnded(cell.declare(1), 1);
                    harm(cell, cell.group().coordinator().id(), false);
                }),
                Fault.alone(
                        "F12",
                        "partitions are added to the incident topics and to those of the configuration",
                        KafkaFaults::morePartitions),
                Fault.shared("F13", "retention deletes records that nobody has read", KafkaFaults::retention),
                Fault.shared(
                        "F14", "the workers are refused by ACL, to write and to read, then allowed", KafkaFaults::acl),
                Fault.shared(
                        "F15",
                        "results are refused: not enough replicas, then records too large",
                        KafkaFaults::refusedResults),
                Fault.shared(
                        "F16",
                        "somebody's transaction stays open on the configuration topic",
                        KafkaFaults::openTransaction),
                Fault.shared(
                        "F17",
                        "the configuration is compacted while workers start to read it",
                        KafkaFaults::compactionWhileReading),
                Fault.alone("F18", "the incident topic is deleted and made again", KafkaFaults::topicMadeAgain));
    }

    /** Incidents before, while a broker is away, and behind. */
    private static void harm(Cell cell, int broker, boolean gently) throws Exception {
        var all = cell.declare(60);
        cell.awaitEnded(all, 1 + cell.random.nextInt(40));
        if (gently) {
            cell.stage.brokers.stop(broker);
        } else {
            cell.stage.brokers.kill(broker);
        }
        try {
            all.addAll(cell.declare(60));
            cell.awaitEnded(all, all.size());
        } finally {
            cell.stage.brokers.restart(broker);
        }
    }

    private static void leaderMoves(Cell cell) throws Exception {
        cell.stage.requireWorkers(2);
        var admin = cell.stage.admin;
        var all = new ArrayList<String>();
        for (int move = 0; move < 6; move++) {
            int before = all.size();
            all.addAll(cell.declare(40));
            cell.awaitEnded(all, before + cell.random.nextInt(30));
            // The first replica is the one that should lead.
            int first = 1 + move % 3;
            var replicas = List.of(first, first % 3 + 1, (first + 1) % 3 + 1);
            var partitions = Set.copyOf(cell.partitions("__consumer_offsets"));
            admin.alterPartitionReassignments(partitions.stream()
                            .collect(Collectors.toMap(
                                    one -> one, one -> Optional.of(new NewPartitionReassignment(replicas)))))
                    .all()
                    .get();
            cell.awaitThat(
                    () -> admin.listPartitionReassignments()
                            .reassignments()
                            .get()
                            .isEmpty(),
                    () -> "the offsets' replicas do not move");
            admin.electLeaders(ElectionType.PREFERRED, partitions).partitions().get();
        }
    }

    /** Rooms of incidents that were declared before stay in partitions where their tenants' updates no longer come. */
    private static void morePartitions(Cell cell) throws Exception {
        cell.stage.requireWorkers(2);
        cell.followUps.pause();
        var all = cell.declare(60);
        cell.awaitEnded(all, 20);
        cell.stage
                .admin
                .createPartitions(cell.stage.topicNames().stream()
                        .collect(Collectors.toMap(name -> name, name -> NewPartitions.increaseTo(6))))
                .all()
                .get();
        all.addAll(cell.declare(60));
        // Until every client has heard of it.
        Cell.last(Duration.ofSeconds(6));
        cell.followUps.unpause();
        all.addAll(cell.declare(60));
        var newcomer = cell.newTenant("LARK");
        cell.stage.enable(newcomer);
        all.addAll(cell.declare(10, List.of(newcomer)));
        cell.awaitEnded(all, all.size());
    }

    private static void retention(Cell cell) throws Exception {
        cell.stage.requireWorkers(1);
        var before = cell.declare(30);
        cell.awaitEnded(before, before.size());
        cell.stage.requireWorkers(0);
        var lost = cell.declare(60);
        cell.areLost(lost);
        String topic = cell.product.topic(Topic.INCIDENT_DECLARED);
        var ends = cell.stage
                .admin
                .listOffsets(cell.partitions(topic).stream()
                        .collect(Collectors.toMap(one -> one, one -> OffsetSpec.latest())))
                .all()
                .get();
        var until = new HashMap<TopicPartition, RecordsToDelete>();
        ends.forEach((partition, end) -> until.put(partition, RecordsToDelete.beforeOffset(end.offset())));
        cell.stage.admin.deleteRecords(until).all().get();
        cell.declare(60);
        cell.stage.requireWorkers(2);
    }

    private static void acl(Cell cell) throws Exception {
        cell.stage.requireWorkers(0);
        cell.stage.launch(List.of(), cell.stage.brokers.byName()).awaitReady();
        cell.stage.launch(List.of(), cell.stage.brokers.byName()).awaitReady();
        try {
            var all = cell.declare(60);
            cell.awaitEnded(all, cell.random.nextInt(40));
            for (var refused : List.of(
                    Map.entry(Topic.WAR_ROOM_OPENED, AclOperation.WRITE),
                    Map.entry(Topic.INCIDENT_DECLARED, AclOperation.READ),
                    Map.entry(Topic.APP_ENABLED, AclOperation.READ))) {
                var rule = new AclBinding(
                        new ResourcePattern(
                                ResourceType.TOPIC, cell.product.topic(refused.getKey()), PatternType.LITERAL),
                        new AccessControlEntry(
                                "User:" + Brokers.NAME, "*", refused.getValue(), AclPermissionType.DENY));
                cell.stage.admin.createAcls(List.of(rule)).all().get();
                all.addAll(cell.declare(30));
                Cell.last(Duration.ofSeconds(5));
                cell.stage.admin.deleteAcls(List.of(rule.toFilter())).all().get();
                cell.awaitEnded(all, all.size());
            }
            cell.awaitEnded(all, all.size());
        } finally {
            cell.stage.requireWorkers(0);
        }
    }

    private static void refusedResults(Cell cell) throws Exception {
        cell.stage.requireWorkers(2);
        String opened = cell.product.topic(Topic.WAR_ROOM_OPENED);
        var all = cell.declare(30);
        cell.awaitEnded(all, cell.random.nextInt(20));
        for (var refusal : List.of(Map.entry("min.insync.replicas", "2"), Map.entry("max.message.bytes", "100"))) {
            String usual = setting(cell, opened, refusal.getKey());
            set(cell, opened, Map.of(refusal.getKey(), refusal.getValue()));
            try {
                var refused = cell.declare(30);
                all.addAll(refused);
                Cell.last(Duration.ofSeconds(5));
            } finally {
                set(cell, opened, Map.of(refusal.getKey(), usual));
            }
            cell.awaitEnded(all, all.size());
        }
    }

    private static void openTransaction(Cell cell) throws Exception {
        cell.stage.requireWorkers(2);
        var old = appEnabled(cell).getFirst();
        try (var stranger = new KafkaProducer<>(
                Map.<String, Object>of(
                        "bootstrap.servers",
                        cell.product.brokers(),
                        "transactional.id",
                        "stranger-" + cell.random.nextInt(1_000_000)),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            stranger.initTransactions();
            stranger.beginTransaction();
            // Old news, in every partition.
            for (var partition : cell.partitions(old.topic())) {
                stranger.send(new ProducerRecord<>(old.topic(), partition.partition(), old.key(), old.value()))
                        .get();
            }
            var newcomer = cell.newTenant("LARK");
            cell.stage.enable(newcomer);
            var all = new ArrayList<>(cell.declare(30));
            cell.awaitEnded(all, all.size());
            var hidden = cell.declare(5, List.of(newcomer));
            Cell.last(Duration.ofSeconds(5));
            cell.require(
                    cell.stage.topics.everParked(hidden, "NO_APP") == 0,
                    Invariant.I5,
                    "an app that was enabled behind an open transaction counts as none");
            stranger.abortTransaction();
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> appEnabled(Cell cell) {
        return cell.product.bytes(Topic.APP_ENABLED).stream()
                .filter(record -> record.value() != null)
                .toList();
    }

    private static void compactionWhileReading(Cell cell) throws Exception {
        String topic = cell.product.topic(Topic.APP_ENABLED);
        var usual = new HashMap<String, String>();
        var eager = Map.of(
                "min.cleanable.dirty.ratio",
                "0.001",
                "segment.ms",
                "100",
                "max.compaction.lag.ms",
                "100",
                "delete.retention.ms",
                "0");
        for (String name : eager.keySet()) {
            usual.put(name, setting(cell, topic, name));
        }
        var records = appEnabled(cell);
        set(cell, topic, eager);
        int written = cell.thorough ? 20_000 : 5_000;
        try (var again = new KafkaProducer<>(
                Map.<String, Object>of("bootstrap.servers", cell.product.brokers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            cell.stage.requireWorkers(0);
            var sent = new ArrayList<Future<RecordMetadata>>();
            for (int i = 0; i < written; i++) {
                var one = records.get(i % records.size());
                sent.add(again.send(new ProducerRecord<>(topic, one.partition(), one.key(), one.value())));
            }
            for (var one : sent) {
                one.get();
            }
            cell.stage.launch(List.of(), List.of());
            cell.stage.launch(List.of(), List.of());
            cell.declare(60);
            // A new segment every 100 ms, and all before it is compacted meanwhile.
            for (int i = 0; i < 60; i++) {
                var one = records.get(i % records.size());
                again.send(new ProducerRecord<>(topic, one.partition(), one.key(), one.value()))
                        .get();
                Cell.last(Duration.ofMillis(100));
            }
            cell.stage.requireWorkers(2);
            cell.awaitThat(
                    () -> cell.product.bytes(Topic.APP_ENABLED).size() < written / 2,
                    () -> "nothing was compacted: "
                            + cell.product.bytes(Topic.APP_ENABLED).size());
        } finally {
            set(cell, topic, usual);
        }
    }

    private static void topicMadeAgain(Cell cell) throws Exception {
        cell.stage.requireWorkers(2);
        var before = cell.declare(60);
        cell.awaitEnded(before, before.size());
        String topic = cell.product.topic(Topic.INCIDENT_DECLARED);
        cell.awaitThat(() -> cell.lag().isEmpty(), () -> "not committed");
        var settings = Topic.INCIDENT_DECLARED.settings();
        cell.stage.admin.deleteTopics(List.of(topic)).all().get();
        cell.stage.topics.madeAgain(topic);
        cell.stage.commits.madeAgain();
        cell.awaitThat(() -> !cell.stage.admin.listTopics().names().get().contains(topic), () -> "the topic stays");
        cell.stage
                .admin
                .createTopics(List.of(new NewTopic(topic, 4, (short) 1).configs(settings)))
                .all()
                .get();
        // Fewer than there were, then more.
        var fewer = cell.declare(20);
        cell.awaitEnded(fewer, fewer.size());
        var more = cell.declare(120);
        cell.awaitEnded(more, more.size());
    }

    private static String setting(Cell cell, String topic, String name) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return cell
                .stage
                .admin
                .describeConfigs(List.of(resource))
                .values()
                .values()
                .iterator()
                .next()
                .get()
                .entries()
                .stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElseThrow()
                .value();
    }

    static void set(Cell cell, String topic, Map<String, String> settings) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        cell.stage
                .admin
                .incrementalAlterConfigs(Map.of(
                        resource,
                        settings.entrySet().stream()
                                .map(one -> new AlterConfigOp(
                                        new ConfigEntry(one.getKey(), one.getValue()), AlterConfigOp.OpType.SET))
                                .toList()))
                .all()
                .get();
    }
}
