package io.warroom.config.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.config.console.RoomPages.Part;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** So much of a list as a page shows. */
class PartTest {

    private final List<Integer> people = IntStream.range(0, 250).boxed().toList();

    @Test
    void aLongListComesInPartsThatLeaveNobodyOut() {
        var first = Part.of(people, 0, null);
        var second = Part.of(people, 100, null);
        var last = Part.of(people, 200, null);

        assertThat(first).isEqualTo(new Part(people.subList(0, 100), 0, 250, 250, 100));
        assertThat(second).isEqualTo(new Part(people.subList(100, 200), 100, 250, 250, 200));
        assertThat(last).isEqualTo(new Part(people.subList(200, 250), 200, 250, 250, null));
    }

    @Test
    void aPlaceOutsideTheListIsItsNearestEnd() {
        assertThat(Part.of(people, -1, null).from()).isZero();
        assertThat(Part.of(people, Integer.MIN_VALUE, null).shown()).hasSize(100);
        assertThat(Part.of(people, Integer.MAX_VALUE, null)).isEqualTo(new Part(List.of(), 250, 250, 250, null));
    }

    @Test
    void whatIsNotKeptIsCounted() {
        assertThat(Part.of(people, 200, 1000)).isEqualTo(new Part(people.subList(200, 250), 200, 1000, 250, null));
    }

    @Test
    void whatIsNoListIsEmpty() {
        assertThat(Part.of(null, 0, null)).isEqualTo(new Part(List.of(), 0, 0, 0, null));
    }
}
