package io.warroom.local;

import java.util.concurrent.ExecutionException;

/** A started stack, tied to this process: Ctrl-C or any other end stops it in order. */
final class StackRun implements AutoCloseable {
    private final Stack stack;
    private final SignIn signIn;

    private StackRun(Stack stack, SignIn signIn) {
        this.stack = stack;
        this.signIn = signIn;
    }

    static StackRun start(StackSettings settings, Progress progress) {
        var stack = new Stack(settings, new Services(settings, ServiceJars.find()), progress::up);
        var hook = new Thread(
                () -> {
                    if (stack.hasRunningParts()) {
                        System.out.println("\nStopping ...");
                        stack.close();
                    }
                },
                "stop-stack");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return new StackRun(stack, stack.start());
        } catch (RuntimeException e) {
            stack.close();
            throw e;
        }
    }

    /** How to sign in at its API. */
    SignIn signIn() {
        return signIn;
    }

    /** Ends one worker by force, as a crash does; it is started again. */
    void killWorker(int number) {
        stack.killWorker(number);
    }

    /** Waits for a part to die and throws what it says; Ctrl-C ends the process itself. */
    int untilStopped() throws InterruptedException {
        try {
            throw new LocalStackException(stack.death().get());
        } catch (ExecutionException e) {
            throw new LocalStackException("A part was lost: " + e.getCause(), e);
        }
    }

    @Override
    public void close() {
        stack.close();
    }
}
