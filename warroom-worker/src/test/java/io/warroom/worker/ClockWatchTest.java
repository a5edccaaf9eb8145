package io.warroom.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.warroom.worker.opening.ClockSetting;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClockWatchTest {

    private static final Map<String, Object> NOBODY = Map.of("bootstrap.servers", "localhost:1");

    private final AtomicLong read = new AtomicLong();
    private volatile Instant now = Instant.parse("2026-01-01T12:00:00Z");
    private final Clock clock = ((InstantSource) this::read).withZone(ZoneOffset.UTC);
    private final ClockWatch watch = new ClockWatch(new ClockSetting(clock, () -> Instant.EPOCH), Duration.ofMillis(5));

    @AfterEach
    void close() {
        watch.close();
    }

    @Test
    void aClockThatIsSetBackIsToldOnceToEverybodyWhoHasNotBeenForgotten() {
        var kept = new AtomicInteger();
        var forgotten = new AtomicInteger();
        Runnable first = forgotten::incrementAndGet;
        watch.tell(first);
        watch.tell(() -> {
            kept.incrementAndGet();
            throw new IllegalStateException("whoever fails keeps it from nobody else");
        });

        set(Duration.ofHours(-1));
        await().until(() -> kept.get() == 1 && forgotten.get() == 1);
        watch.forget(first);
        set(Duration.ofHours(-1));
        await().until(() -> kept.get() == 2);

        assertThat(forgotten).hasValue(1);
    }

    @Test
    void aClockThatIsSetAheadOrBackByLittleIsToldToNobody() {
        var told = new AtomicInteger();
        watch.tell(told::incrementAndGet);

        set(Duration.ofHours(1));
        set(Duration.ofSeconds(-10));

        assertThat(told).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void aPollThatIsUnderWayEndsWhenTheClockIsSetBackAndNoOtherBegins(String protocol) {
        var properties = new HashMap<>(NOBODY);
        properties.put("group.id", "group");
        properties.put("group.protocol", protocol);
        try (var consumer = new ClockedConsumer(properties, watch)) {
            consumer.assign(List.of(new TopicPartition("topic", 0)));
            Thread.startVirtualThread(() -> now = now.minus(Duration.ofHours(1)));

            assertThatThrownBy(() -> consumer.poll(Duration.ofHours(1)))
                    .isInstanceOf(KafkaException.class)
                    .isNotInstanceOf(WakeupException.class)
                    .hasMessageContaining("set back");
            assertThatThrownBy(() -> consumer.poll(Duration.ofHours(1)))
                    .isInstanceOf(KafkaException.class)
                    .hasMessageContaining("set back");
        }
    }

    @Test
    void whoIsWokenOtherwiseIsToldSo() {
        var properties = new HashMap<>(NOBODY);
        try (var consumer = new ClockedConsumer(properties, watch)) {
            consumer.assign(List.of(new TopicPartition("topic", 0)));
            consumer.wakeup();

            assertThatThrownBy(() -> consumer.poll(Duration.ofHours(1))).isInstanceOf(WakeupException.class);
        }
    }

    @Test
    void theAdminClientIsAnotherOneWhenTheClockWasSetBack() {
        try (var admin = new ClockedAdmin(() -> Admin.create(NOBODY), watch)) {
            var before = admin.get();

            set(Duration.ofHours(-1));

            await().untilAsserted(() -> assertThat(admin.get()).isNotSameAs(before));
            await().until(() -> before.listTopics().names().isCompletedExceptionally());
        }
    }

    /** The watch has seen it when this returns. */
    private void set(Duration ahead) {
        now = now.plus(ahead);
        long before = read.get();
        await().until(() -> read.get() > before + 1);
    }

    private Instant read() {
        read.incrementAndGet();
        return now;
    }
}
