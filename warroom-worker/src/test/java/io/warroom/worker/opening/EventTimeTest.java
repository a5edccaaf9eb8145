package io.warroom.worker.opening;

import static io.warroom.worker.opening.OpeningTestBed.CHEN;
import static io.warroom.worker.opening.OpeningTestBed.LI;
import static io.warroom.worker.opening.OpeningTestBed.START;
import static io.warroom.worker.opening.OpeningTestBed.anIncident;
import static io.warroom.worker.opening.OpeningTestBed.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.warroom.platform.Admission;
import io.warroom.platform.Missing;
import io.warroom.platform.Notice;
import io.warroom.platform.Outcome;
import io.warroom.platform.RoomUser;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventTimeTest {

    private final OpeningTestBed bed = new OpeningTestBed();

    @BeforeEach
    void open() throws InterruptedException {
        bed.opening.open(anIncident(START));
        bed.platform.calls.clear();
    }

    @Test
    void t6_anOlderUpdateChangesNothingThatANewerOneSet() throws Exception {
        bed.opening.follow(update(START.plusSeconds(3600), "New", null, null));
        bed.opening.follow(update(START.plusSeconds(60), "Old", "P2", "an old note", LI));

        assertThat(bed.platform.names).containsExactly("INC-1 New");
        assertThat(bed.room().roomName()).isEqualTo("INC-1 New");
        assertThat(bed.room().updateTimes())
                .isEqualTo(new UpdateTimes(START.plusSeconds(3600), START.plusSeconds(60), null));
        assertThat(bed.room().members()).extracting(RoomUser::person).containsExactly(CHEN, LI);
        var last = bed.platform.notices.getLast();
        assertThat(last.facts()).containsExactly(new Notice.Fact("Severity", "P2"), new Notice.Fact("Joined", "Li"));
        assertThat(last.text()).isEqualTo("an old note");
    }

    @Test
    void t6_anOlderUpdateOfNothingElseIsNotPosted() throws Exception {
        bed.opening.follow(update(START.plusSeconds(3600), "New", "P1", null));
        bed.platform.calls.clear();

        bed.opening.follow(update(START.plusSeconds(60), "Old", "P2", null));

        assertThat(bed.platform.calls).isEmpty();
    }

    @Test
    void t6_updatesThatWaitTogetherAreMergedByTheirOwnTimes() {
        var both = update(START.plusSeconds(3600), "New", null, "first")
                .then(update(START.plusSeconds(60), "Old", "P2", "second"));

        assertThat(both.title()).isEqualTo("New");
        assertThat(both.severity()).isEqualTo("P2");
        assertThat(both.note()).isEqualTo("first\nsecond");
        assertThat(both.updatedAt()).isEqualTo(START.plusSeconds(3600));
    }

    @Test
    void t7_aMemberWhoWasRemovedByHandIsLetInAgain() throws Exception {
        bed.opening.follow(update(START.plusSeconds(60), null, null, "come back", CHEN));

        assertThat(bed.platform.calls).containsExactly("admit", "tell");
        assertThat(bed.room().members()).extracting(RoomUser::person).containsExactly(CHEN);
        assertThat(bed.platform.notices.getLast().facts()).isEmpty();
    }

    @Test
    void t7_aMemberWhoCannotBeLetInAgainIsNamedAsMissing() throws Exception {
        bed.platform.admissions.add(new Outcome.Done<>(
                new Admission(List.of(), List.of(new Missing(CHEN, Missing.Reason.RESIGNED, "the account is gone")))));

        bed.opening.follow(update(START.plusSeconds(60), null, null, null, CHEN));

        assertThat(bed.room().members()).isEmpty();
        assertThat(bed.room().missing()).extracting(Missing::person).containsExactly(CHEN);
        assertThat(bed.platform.notices.getLast().facts())
                .containsExactly(new Notice.Fact("Missing", "Chen: the account is gone"));
    }
}
