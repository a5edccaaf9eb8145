package io.warroom.config.retry;

import io.warroom.config.room.RoomStandings.Position;
import io.warroom.config.room.RoomStandings.Standing;
import io.warroom.event.IncidentDeclared;
import io.warroom.event.IncidentParked;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Reads single declarations by their position. Every read ends within a few seconds. */
public final class DeclarationReader {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Map<String, Object> properties;
    private final Deserializer<?> decoder;
    private final String topicPrefix;

    /**
     * Opens no connection yet.
     *
     * @param properties the consumer's, as the configuration has them
     * @param decoder the one that the configuration names
     */
    public DeclarationReader(Map<String, Object> properties, Deserializer<?> decoder, String topicPrefix) {
        this.properties = new HashMap<>(properties);
        this.properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        this.properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        this.properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        this.properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        // A larger record still arrives, alone.
        this.properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 64 * 1024);
        this.properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis());
        this.properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis());
        this.decoder = decoder;
        this.topicPrefix = topicPrefix;
    }

    /** A connection for several reads. Not safe for concurrent use. */
    public Session open() {
        return new Session();
    }

    /** See {@link #open()}. */
    public final class Session implements AutoCloseable {

        private final KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());

        private Session() {}

        /**
         * The incident's declaration; empty when no topic has it any more.
         *
         * @throws org.apache.kafka.common.KafkaException when the broker or the registry does not answer in time
         */
        public Optional<IncidentDeclared> read(Standing incident) {
            for (var position : incident.declarations()) {
                var declaration = declaration(at(position));
                if (declaration != null
                        && declaration.getTenantId().equals(incident.tenantId())
                        && declaration.getIncidentId().equals(incident.incidentId())) {
                    return Optional.of(declaration);
                }
            }
            return Optional.empty();
        }

        private @Nullable IncidentDeclared declaration(@Nullable ConsumerRecord<byte[], byte[]> record) {
            if (record == null || record.value() == null) {
                return null;
            }
            return switch (decoder.deserialize(record.topic(), record.headers(), record.value())) {
                case IncidentDeclared declared -> declared;
                case IncidentParked parked -> parked.getIncident();
                case null, default -> null;
            };
        }

        private @Nullable ConsumerRecord<byte[], byte[]> at(Position position) {
            var partition = new TopicPartition(position.topic().name(topicPrefix), position.partition());
            var partitions = List.of(partition);
            consumer.assign(partitions);
            if (position.offset() < bound(consumer.beginningOffsets(partitions, TIMEOUT), partition)
                    || position.offset() >= bound(consumer.endOffsets(partitions, TIMEOUT), partition)) {
                return null;
            }
            consumer.seek(partition, position.offset());
            long begun = System.nanoTime();
            while (System.nanoTime() - begun < TIMEOUT.toNanos()) {
                try {
                    for (var record : consumer.poll(POLL)) {
                        return record.offset() == position.offset() ? record : null;
                    }
                } catch (OffsetOutOfRangeException _) {
                    return null; // deleted between the two requests
                }
                if (consumer.position(partition, TIMEOUT) > position.offset()) {
                    return null; // compacted, up to the end
                }
            }
            throw new TimeoutException("no answer for " + partition + " within " + TIMEOUT.toSeconds() + " s");
        }

        private static long bound(Map<TopicPartition, Long> offsets, TopicPartition partition) {
            return offsets.getOrDefault(partition, 0L);
        }

        @Override
        public void close() {
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
        }
    }
}
