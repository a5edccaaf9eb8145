package io.warroom.worker.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class BacklogTest {

    private final Backlog backlog = new Backlog();

    @Test
    void partitionsTakeTurnsAndEachKeepsItsOrder() {
        fill(0, 3);
        fill(1, 2);
        fill(2, 1);

        assertThat(takeAll(Set.of(0, 1, 2))).containsExactly("0@0", "1@0", "2@0", "0@1", "1@1", "0@2");
        assertThat(backlog.isEmpty()).isTrue();
    }

    @Test
    void aFullPartitionHoldsUpNoOther() {
        fill(0, 2);
        fill(1, 2);

        assertThat(takeAll(Set.of(1))).containsExactly("1@0", "1@1");
        assertThat(backlog.size(new TopicPartition("t", 0))).isEqualTo(2);
        assertThat(backlog.size(new TopicPartition("t", 1))).isZero();
    }

    @Test
    void aPartitionThatIsGoneLeavesNothing() {
        fill(0, 2);
        fill(1, 1);

        backlog.drop(List.of(new TopicPartition("t", 0)));

        assertThat(takeAll(Set.of(0, 1))).containsExactly("1@0");
    }

    private void fill(int partition, int records) {
        for (int offset = 0; offset < records; offset++) {
            backlog.add(new ConsumerRecord<>("t", partition, offset, new byte[0], new byte[0]), 0);
        }
    }

    private List<String> takeAll(Set<Integer> withRoom) {
        var taken = new ArrayList<String>();
        for (var next = backlog.next(partition -> withRoom.contains(partition.partition()));
                next.isPresent();
                next = backlog.next(partition -> withRoom.contains(partition.partition()))) {
            taken.add(next.get().partition() + "@" + next.get().offset());
        }
        return taken;
    }
}
