package io.warroom.topic;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Puts every record of a tenant into the tenant's partition: murmur2 of the tenant id alone, as Kafka's own partitioner
 * would do for the key {@code tenantId}. For keys {@code tenantId/...} only the part before the first slash counts.
 * Set it as a producer's {@code partitioner.class}. Stateless and safe for concurrent use.
 */
public final class TenantPartitioner implements Partitioner {

    /**
     * The tenant's partition.
     *
     * @param partitions number of partitions of the topic, at least 1
     * @return 0 to {@code partitions - 1}
     */
    public static int partitionOf(String tenantId, int partitions) {
        return Utils.toPositive(Utils.murmur2(tenantId.getBytes(StandardCharsets.UTF_8))) % partitions;
    }

    /** The tenant of a record key: all of it, or what stands before the first slash. */
    public static String tenantOf(String key) {
        int slash = key.indexOf('/');
        return slash < 0 ? key : key.substring(0, slash);
    }

    @Override
    public int partition(
            String topic,
            @Nullable Object key,
            byte @Nullable [] keyBytes,
            @Nullable Object value,
            byte @Nullable [] valueBytes,
            Cluster cluster) {
        int partitions = cluster.partitionsForTopic(topic).size();
        if (keyBytes == null) {
            return 0;
        }
        return partitionOf(tenantOf(new String(keyBytes, StandardCharsets.UTF_8)), partitions);
    }

    @Override
    public void close() {}

    @Override
    public void configure(Map<String, ?> configs) {}
}
