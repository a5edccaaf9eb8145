package io.warroom.config.setup;

import static java.util.Objects.requireNonNull;

import io.warroom.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;

/**
 * Creates what is missing of the topic catalogue and corrects the settings of what is there. Partitions are never added: a
 * tenant's records would move.
 */
final class TopicCreation {

    private static final String MIN_INSYNC = "min.insync.replicas";

    private final Admin admin;
    private final SetUpSettings.Topics settings;
    private final Duration patience;
    private final Consumer<String> report;

    TopicCreation(Admin admin, SetUpSettings.Topics settings, Duration patience, Consumer<String> report) {
        this.admin = admin;
        this.settings = settings;
        this.patience = patience;
        this.report = report;
    }

    /** @throws SetUpException before anything is changed, when topics have another number of partitions */
    void run() throws InterruptedException, ExecutionException, TimeoutException {
        var present = await(admin.listTopics().names());
        var missing = new ArrayList<NewTopic>();
        var there = new LinkedHashMap<String, Topic>();
        for (var topic : Topic.values()) {
            var name = topic.name(settings.prefix());
            if (present.contains(name)) {
                there.put(name, topic);
            } else {
                missing.add(new NewTopic(name, settings.partitions(), settings.replication())
                        .configs(topic.settings(settings.replication())));
            }
        }
        var described = await(admin.describeTopics(there.keySet()).allTopicNames());
        requirePartitions(described.values());
        await(admin.createTopics(missing).all());
        missing.forEach(topic ->
                report.accept("topic " + topic.name() + ": created, " + settings.partitions() + " partitions"));
        correctSettings(there, described);
    }

    private void requirePartitions(Collection<TopicDescription> described) {
        var others = described.stream()
                .filter(topic -> topic.partitions().size() != settings.partitions())
                .map(topic -> topic.name() + " has " + topic.partitions().size())
                .sorted()
                .collect(Collectors.joining(", "));
        if (!others.isEmpty()) {
            throw new SetUpException(
                    "warroom.topics.partitions is " + settings.partitions() + ", and " + others
                            + ". All topics must have the same number, and it never changes: with another number a tenant's"
                            + " records are looked for in another partition than the one that holds them. Set the property to"
                            + " theirs. For more partitions, set up a second deployment with another warroom.topics.prefix.",
                    null);
        }
    }

    private void correctSettings(Map<String, Topic> topics, Map<String, TopicDescription> described)
            throws InterruptedException, ExecutionException, TimeoutException {
        var resources = topics.keySet().stream().map(TopicCreation::resource).toList();
        var found = await(admin.describeConfigs(resources).all());
        for (var topic : found.entrySet()) {
            var name = topic.getKey().name();
            int replicas = replicas(requireNonNull(described.get(name)));
            var changes = new ArrayList<AlterConfigOp>();
            var said = new ArrayList<String>();
            requireNonNull(topics.get(name)).settings(replicas).forEach((setting, wanted) -> {
                var entry = topic.getValue().get(setting);
                var value = entry == null ? "not set" : entry.value();
                if (setting.equals(MIN_INSYNC) ? !isEnough(entry, wanted, replicas) : !wanted.equals(value)) {
                    changes.add(new AlterConfigOp(new ConfigEntry(setting, wanted), AlterConfigOp.OpType.SET));
                    said.add(setting + " was " + value + ", is now " + wanted);
                }
            });
            if (!changes.isEmpty()) {
                await(admin.incrementalAlterConfigs(Map.of(topic.getKey(), changes))
                        .all());
            }
            if (replicas < settings.replication()) {
                said.add("has " + replicas + " replicas and not " + settings.replication()
                        + ", add them with kafka-reassign-partitions.sh");
            }
            report.accept("topic " + name + ": " + (said.isEmpty() ? "was there" : String.join("; ", said)));
        }
    }

    /** The topic's own setting, not the broker's, which may differ between brokers; more than wanted is the operator's choice. */
    private static boolean isEnough(@Nullable ConfigEntry entry, String wanted, int replicas) {
        if (entry == null || entry.source() != ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG) {
            return false;
        }
        int value = Integer.parseInt(entry.value());
        return value >= Integer.parseInt(wanted) && value < replicas;
    }

    /** Of the partition that has the fewest. */
    private static int replicas(TopicDescription topic) {
        return topic.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    private <T> T await(KafkaFuture<T> answer) throws InterruptedException, ExecutionException, TimeoutException {
        return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    }
}
