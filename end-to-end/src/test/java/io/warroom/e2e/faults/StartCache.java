package io.warroom.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** A cache of the worker's loaded classes: starting is most of what the CPU does where workers are killed all the while. */
final class StartCache {

    private StartCache() {}

    /** Made by a worker of this stage that opens some rooms, in this folder. */
    static Path trained(Stage stage, Path folder) throws IOException, InterruptedException, ExecutionException {
        var cache = folder.resolve("worker.aot");
        var worker = stage.launch(List.of("-XX:AOTCacheOutput=" + cache), List.of());
        worker.awaitReady();
        var some = stage.declare("training", 60, stage.tenants);
        await().atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(stage.topics.ended(some))
                        .as(() -> stage.topics.state(some))
                        .isEqualTo(some.size()));
        stage.workerWatch.forgive(worker);
        stage.workers.remove(worker);
        worker.terminate(Duration.ofMinutes(3));
        if (!Files.exists(cache)) {
            throw new IllegalStateException("the worker made no cache: " + worker.log());
        }
        return cache;
    }
}
