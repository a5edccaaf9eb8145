package io.warroom.worker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final JavaClasses WORKER = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.warroom.worker");

    @Test
    void openingKnowsNoKafkaNoHttpAndNoNeighbour() {
        noClasses()
                .that()
                .resideInAPackage("..worker.opening..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka..",
                        "org.springframework..",
                        "org.apache.hc..",
                        "java.net.http..",
                        "io.warroom.event..",
                        "io.warroom.topic..",
                        "io.warroom.platform.wecom..",
                        "io.warroom.platform.dingtalk..",
                        "io.warroom.platform.lark..",
                        "..worker.intake..",
                        "..worker.directory..",
                        "..worker.ledger..",
                        "..worker.contract..",
                        "..worker.results..")
                .because("the domain must read, and be tested, without a broker or a platform")
                .check(WORKER);
    }

    @Test
    void theFeaturesSeeOpeningAndNeverEachOther() {
        for (String feature : new String[] {"intake", "directory", "ledger", "results"}) {
            noClasses()
                    .that()
                    .resideInAPackage("..worker." + feature + "..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(others(feature))
                    .because("they meet in the wiring, which reads as the diagram")
                    .check(WORKER);
        }
    }

    @Test
    void thereAreNoCycles() {
        slices().matching("io.warroom.worker.(*)..")
                .should()
                .beFreeOfCycles()
                .because("a cycle is one package that does not know it")
                .check(WORKER);
    }

    private static String[] others(String feature) {
        return java.util.stream.Stream.of("intake", "directory", "ledger", "results")
                .filter(other -> !other.equals(feature))
                .map(other -> "..worker." + other + "..")
                .toArray(String[]::new);
    }
}
