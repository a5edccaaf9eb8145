package io.warroom.config.operations;

import io.warroom.config.app.AppImage;
import io.warroom.config.member.BindingImage;
import io.warroom.event.MemberBound;
import io.warroom.topic.Topic;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration topics say, by record key, as if they were compacted to the last: of each topic the last record counts,
 * a tombstone takes away what was before it, and of an app's three topics the one with the greatest revision.
 */
final class ConfigurationImage {

    private static final List<Topic> APPS = List.of(Topic.APP_ENABLED, Topic.KEY_ROTATED, Topic.APP_DELETED);

    private final SortedMap<String, AppImage> apps = new TreeMap<>();
    private final SortedMap<String, BindingImage> bindings = new TreeMap<>();

    private ConfigurationImage() {}

    /**
     * Reads it.
     *
     * @param tenant the only one to look at; null for all
     * @throws OperationFailedException when a record cannot be read: nothing may be passed over here
     */
    static ConfigurationImage read(
            TopicReading topics, Deserializer<?> decoder, @Nullable String tenant, PrintStream out) {
        var image = new ConfigurationImage();
        for (var topic : APPS) {
            var last = new HashMap<String, AppImage>();
            topics.read(List.of(topic), out, record -> {
                if (!isOf(tenant, record)) {
                    return;
                }
                if (record.value() == null) {
                    last.remove(record.key());
                } else {
                    AppImage.of(decoded(decoder, record))
                            .filter(app -> app.key().equals(record.key()))
                            .ifPresent(app -> last.put(app.key(), app));
                }
            });
            last.forEach((key, app) ->
                    image.apps.merge(key, app, (known, other) -> other.revision() > known.revision() ? other : known));
        }
        topics.read(List.of(Topic.MEMBER_BOUND), out, record -> {
            if (!isOf(tenant, record)) {
                return;
            }
            if (record.value() == null) {
                image.bindings.remove(record.key());
            } else if (decoded(decoder, record) instanceof MemberBound bound) {
                image.bindings.put(record.key(), BindingImage.of(bound));
            }
        });
        return image;
    }

    private static boolean isOf(@Nullable String tenant, ConsumerRecord<String, byte[]> record) {
        return record.key() != null && (tenant == null || record.key().startsWith(tenant + "/"));
    }

    private static Object decoded(Deserializer<?> decoder, ConsumerRecord<String, byte[]> record) {
        try {
            return decoder.deserialize(record.topic(), record.headers(), record.value());
        } catch (KafkaException e) {
            throw new OperationFailedException(
                    record.topic() + "-" + record.partition() + "@" + record.offset()
                            + " cannot be read. Check warroom.schema-registry-url, and that it is this deployment's registry.",
                    e);
        }
    }

    SortedMap<String, AppImage> apps() {
        return apps;
    }

    SortedMap<String, BindingImage> bindings() {
        return bindings;
    }
}
