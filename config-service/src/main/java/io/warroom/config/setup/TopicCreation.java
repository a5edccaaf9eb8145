package io.warroom.config.setup;

import io.warroom.topic.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** Creates what is missing of the topic catalogue. Partitions are never added: a tenant's records would move. */
final class TopicCreation {

    private static final long TIMEOUT_SECONDS = 30;

    private final Admin admin;
    private final String prefix;
    private final int partitions;
    private final short replication;
    private final Consumer<String> report;

    TopicCreation(Admin admin, String prefix, int partitions, short replication, Consumer<String> report) {
        this.admin = admin;
        this.prefix = prefix;
        this.partitions = partitions;
        this.replication = replication;
        this.report = report;
    }

    void run() throws InterruptedException, ExecutionException, TimeoutException {
        var present = admin.listTopics().names().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        var missing = new ArrayList<NewTopic>();
        var there = new ArrayList<String>();
        for (var topic : Topic.values()) {
            var name = topic.name(prefix);
            if (present.contains(name)) {
                there.add(name);
            } else {
                missing.add(new NewTopic(name, partitions, replication).configs(topic.settings()));
            }
        }
        requirePartitions(there);
        admin.createTopics(missing).all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        missing.forEach(topic -> report.accept("topic " + topic.name() + ": created, " + partitions + " partitions"));
        there.forEach(name -> report.accept("topic " + name + ": was there"));
    }

    private void requirePartitions(List<String> names)
            throws InterruptedException, ExecutionException, TimeoutException {
        var described = admin.describeTopics(names).allTopicNames().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        for (var topic : described.values()) {
            if (topic.partitions().size() != partitions) {
                throw new IllegalStateException("topic " + topic.name() + " has "
                        + topic.partitions().size() + " partitions, and warroom.topics.partitions is " + partitions
                        + ": all topics must have the same number, set the property to theirs");
            }
        }
    }
}
