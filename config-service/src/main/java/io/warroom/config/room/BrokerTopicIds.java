package io.warroom.config.room;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Asks the broker for its topics' ids. Safe for concurrent use. */
final class BrokerTopicIds implements TopicEras.TopicIds, AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Admin admin;
    private final List<String> topics;

    /** @param properties an admin client's */
    BrokerTopicIds(Map<String, Object> properties, List<String> topics) {
        var impatient = new HashMap<>(properties);
        impatient.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        impatient.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        this.admin = Admin.create(impatient);
        this.topics = List.copyOf(topics);
    }

    @Override
    public Map<String, String> now() {
        var ids = new HashMap<String, String>();
        admin.describeTopics(topics).topicNameValues().forEach((topic, description) -> {
            try {
                ids.put(topic, description.get().topicId().toString());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new TopicEras.TopicsUnknownException(e);
            } catch (ExecutionException e) {
                // One that is not there has nothing to be read.
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw new TopicEras.TopicsUnknownException(Objects.requireNonNullElse(e.getCause(), e));
                }
            }
        });
        return ids;
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
