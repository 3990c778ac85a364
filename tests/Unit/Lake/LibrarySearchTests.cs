using Heretix.Lake;
using Heretix.Lake.DuckDb;

namespace Heretix.Tests.Unit.Lake;

public sealed class LibrarySearchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("heretix-lake-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_named_by_the_variable_is_taken_without_looking_elsewhere()
    {
        Touch("program", LibrarySearch.FileName);
        new LibrarySearch("/somewhere/mine.so", At("program"), At("work")).Find().ShouldBe("/somewhere/mine.so");
    }

    [Fact]
    public void The_file_beside_the_program_comes_before_node_modules()
    {
        string beside = Touch("program", LibrarySearch.FileName);
        Touch("node_modules", "@duckdb", PackageFolder(), LibrarySearch.FileName);
        new LibrarySearch(null, At("program"), At("work")).Find().ShouldBe(beside);
    }

    [Fact]
    public void A_checkout_is_found_upwards_from_the_program_and_from_the_working_folder()
    {
        string library = Touch("checkout", "node_modules", "@duckdb", PackageFolder(), LibrarySearch.FileName);
        new LibrarySearch(null, At("checkout", "src", "bin"), At("work")).Find().ShouldBe(library);
        new LibrarySearch(null, At("program"), At("checkout", "docs")).Find().ShouldBe(library);
    }

    [Fact]
    public void An_absent_library_is_an_error_that_says_how_to_get_it()
    {
        DuckDbMissingException error = Should.Throw<DuckDbMissingException>(() =>
            new LibrarySearch(null, At("program"), At("work")).Load(systemName: "libheretix-has-no-such-library.so")
        );
        error.Message.ShouldContain("npm ci");
        error.Message.ShouldContain("HERETIX_DUCKDB");
        error.Message.ShouldContain(At("program"));
    }

    [Fact]
    public void A_file_that_is_no_library_is_an_error_that_names_it_and_the_variable()
    {
        string text = Touch("notes.txt");
        DuckDbMissingException error = Should.Throw<DuckDbMissingException>(() =>
            new LibrarySearch(text, At("program"), At("work")).Load()
        );
        error.Message.ShouldContain(text);
        error.Message.ShouldContain("HERETIX_DUCKDB");
    }

    private static string PackageFolder() =>
        System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture
        == System.Runtime.InteropServices.Architecture.Arm64
            ? "node-bindings-linux-arm64"
            : "node-bindings-linux-x64";

    private string At(params string[] parts) => Path.Combine([_folder, .. parts]);

    private string Touch(params string[] parts)
    {
        string file = At(parts);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "not a library");
        return file;
    }
}
