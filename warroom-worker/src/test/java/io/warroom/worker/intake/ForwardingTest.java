package io.warroom.worker.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.warroom.topic.TenantPartitioner;
import io.warroom.worker.intake.Forwarding.Way;
import io.warroom.worker.intake.Reception.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class ForwardingTest {

    private static final int PARTITIONS = 3;
    private static final int HOME = TenantPartitioner.partitionOf("acme", PARTITIONS);
    private static final int ELSEWHERE = (HOME + 1) % PARTITIONS;

    @Test
    void aRecordIsAtHomeInItsTenantsPartitionHoweverOftenItWasSent() {
        assertThat(Forwarding.wayOf(record(HOME, 0), "acme", PARTITIONS)).isInstanceOf(Way.AtHome.class);
        assertThat(Forwarding.wayOf(record(HOME, 9), "acme", PARTITIONS)).isInstanceOf(Way.AtHome.class);
    }

    @Test
    void aRecordThatWasSentAndIsElsewhereIsSentAgainButNotForEver() {
        for (int marks = 0; marks < 3; marks++) {
            assertThat(Forwarding.wayOf(record(ELSEWHERE, marks), "acme", PARTITIONS))
                    .as("after %d ways", marks)
                    .isEqualTo(new Way.Stray(HOME));
        }

        assertThat(Forwarding.wayOf(record(ELSEWHERE, 3), "acme", PARTITIONS))
                .isInstanceOfSatisfying(Way.Astray.class, astray -> {
                    assertThat(astray.why().reason()).isEqualTo(Reason.ASTRAY);
                    assertThat(astray.why().words()).contains("partition " + HOME + " of 3");
                });
    }

    @Test
    void eachWayLeavesItsMark() {
        var broker = new TakingProducer(1_000);

        var refused = new Forwarding(broker.template()).sendHome(record(ELSEWHERE, 1), "acme", HOME);

        assertThat(refused).isEmpty();
        assertThat(broker.history()).singleElement().satisfies(sent -> {
            assertThat(sent.partition()).isEqualTo(HOME);
            assertThat(sent.key()).isEqualTo("acme".getBytes(StandardCharsets.UTF_8));
            assertThat(broker.headers(sent, "warroom-forwarded-from")).containsExactly("mark", ELSEWHERE + "@7");
        });
    }

    @Test
    void whatDoesNotFitAtHomeIsRejectedAndABrokerThatIsAwayIsNot() {
        var broker = new TakingProducer(50);
        var forwarding = new Forwarding(broker.template());

        assertThat(forwarding.sendHome(record(ELSEWHERE, 0), "acme", HOME))
                .hasValueSatisfying(why -> assertThat(why.reason()).isEqualTo(Reason.TOO_LARGE));

        broker.failWith(new TimeoutException("away"));
        assertThatThrownBy(() -> forwarding.sendHome(record(ELSEWHERE, 0), "acme", HOME))
                .hasRootCauseInstanceOf(TimeoutException.class);
    }

    private static ConsumerRecord<byte[], byte[]> record(int partition, int marks) {
        var headers = new RecordHeaders();
        for (int i = 0; i < marks; i++) {
            headers.add("warroom-forwarded-from", "mark".getBytes(StandardCharsets.UTF_8));
        }
        return new ConsumerRecord<>(
                "incident-declared",
                partition,
                7,
                1,
                TimestampType.CREATE_TIME,
                0,
                0,
                null,
                new byte[60],
                headers,
                Optional.empty());
    }
}
