package io.warroom.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkersTest {

    @TempDir
    private Path folder;

    private final List<ChildProcess> started = new CopyOnWriteArrayList<>();
    private final List<String> notices = new CopyOnWriteArrayList<>();
    private final List<String> deaths = new CopyOnWriteArrayList<>();
    private final Workers workers =
            new Workers(number -> program("sleep", "600"), notices::add, deaths::add, InstantSource.system());

    @AfterEach
    void stop() {
        workers.close();
    }

    @Test
    void aWorkerThatWasKilledIsStartedAgainAndThatIsReported() {
        workers.start(1);
        workers.start(2);

        workers.kill(2);

        await().until(() -> started.size() == 3);
        assertThat(notices).containsExactly("Worker 2 ended and is started again.");
        assertThat(started.get(0).isAlive()).isTrue();
        assertThat(started.get(2).isAlive()).isTrue();
        assertThat(deaths).isEmpty();
    }

    @Test
    void aWorkerThatCannotRunEndsTheStackWithItsLog() {
        try (var failing = new Workers(
                number -> program("sh", "-c", "echo cannot run here; exit 3"),
                notices::add,
                deaths::add,
                InstantSource.system())) {
            failing.start(1);

            await().until(() -> !deaths.isEmpty());
        }
        assertThat(started).hasSize(6);
        assertThat(deaths.getFirst()).contains("exit status 3", "cannot run here");
    }

    @Test
    void workersThatAreStoppedAreNotStartedAgain() {
        workers.start(1);

        workers.close();

        assertThat(started).hasSize(1);
        assertThat(started.getFirst().isAlive()).isFalse();
        assertThat(notices).isEmpty();
    }

    private ChildProcess program(String... command) {
        var process = ChildProcess.start(
                "the worker", List.of(command), folder.resolve("worker.log"), ChildProcess.StopSignal.TERM, Map.of());
        started.add(process);
        return process;
    }
}
