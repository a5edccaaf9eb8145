package io.warroom.worker.intake;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A place whose pauses take no time. */
final class RememberingPlace implements Place {

    final List<Duration> pauses = new ArrayList<>();
    final CountDownLatch lent = new CountDownLatch(1);
    int takenBack;
    int stopAfterPauses = Integer.MAX_VALUE;

    @Override
    public int partitions() {
        return 3;
    }

    @Override
    public boolean goesOn() {
        return pauses.size() < stopAfterPauses;
    }

    @Override
    public void pause(Duration atMost) {
        pauses.add(atMost);
    }

    @Override
    public void lend() {
        lent.countDown();
    }

    @Override
    public void takeBack() {
        takenBack++;
    }
}
