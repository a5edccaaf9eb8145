package io.warroom.benchmarks.http;

import io.warroom.benchmarks.CpuTime;
import io.warroom.benchmarks.Figures;
import io.warroom.platform.PlatformKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Callers on virtual threads, each a call after the other, a platform after the other; only this JVM's own CPU counts, without its
 * compilers'.
 */
final class CallLoad {

    private static final int CALLERS = 64;
    private static final int WARM_UP = 7_500;
    private static final int MEASURED = 3_500;

    /** One call whose answer is read to its end. */
    interface Call {
        void make(PlatformKind kind) throws Exception;
    }

    private CallLoad() {}

    static void measure(Call call) throws InterruptedException, ExecutionException {
        run(call, WARM_UP);
        double cpu = CpuTime.seconds(ProcessHandle.current());
        long began = System.nanoTime();
        run(call, MEASURED);
        double calls = (double) CALLERS * MEASURED;
        new Figures(Map.of(
                        "cpuMicrosPerCall",
                        (CpuTime.seconds(ProcessHandle.current()) - cpu) * 1e6 / calls,
                        "callsPerSecond",
                        calls * 1e9 / (System.nanoTime() - began)))
                .tell();
    }

    private static void run(Call call, int times) throws InterruptedException, ExecutionException {
        List<Future<?>> callers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CALLERS; i++) {
                callers.add(threads.submit(() -> {
                    var kinds = PlatformKind.values();
                    for (int made = 0; made < times; made++) {
                        call.make(kinds[made % kinds.length]);
                    }
                    return null;
                }));
            }
        }
        for (Future<?> caller : callers) {
            caller.get();
        }
    }
}
