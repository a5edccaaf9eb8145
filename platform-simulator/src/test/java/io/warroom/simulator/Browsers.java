package io.warroom.simulator;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The machine's own Chromium, driven by Playwright; none is fetched. */
final class Browsers implements AutoCloseable {
    /** Why nothing runs where {@link #chromium()} is empty. */
    static final String NONE =
            "no Chromium here: install one (Debian: apt-get install chromium), or name it by -Dwarroom.chromium=/path";

    private final Playwright playwright;
    final Browser browser;

    Browsers() {
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium().orElseThrow())
                        .setArgs(List.of(
                                // Tests often run as root, where Chromium's sandbox does not.
                                "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")));
    }

    /** Where it is: as {@code -Dwarroom.chromium} says, or where it is usually installed. */
    static Optional<Path> chromium() {
        String named = System.getProperty("warroom.chromium", "");
        return Stream.concat(
                        Stream.of(named).filter(path -> !path.isEmpty()),
                        Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"))
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
