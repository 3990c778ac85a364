using Heretix.Rpl.Prompts;

namespace Heretix.Tests.Unit.Prompts;

public sealed class PromptLibraryTests : IDisposable
{
    private readonly PromptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_bank_is_found_by_name_and_by_version()
    {
        _folder.Write("b.yaml", PromptFolder.Bank("beta_2026-01-02"));
        _folder.Write("a.yaml", PromptFolder.Bank("alpha_2026-01-02"));

        _folder.Library.Names.ShouldBe(["a", "b"]);
        _folder.Library.Get("b").Version.ShouldBe("beta_2026-01-02");
        _folder.Library.Get("beta_2026-01-02").Name.ShouldBe("b");
    }

    [Fact]
    public void A_bank_is_read_once()
    {
        var path = _folder.Write("a.yaml", PromptFolder.Bank());
        var library = _folder.Library;
        var first = library.Get("a");
        File.Delete(path);

        library.Get("a").ShouldBeSameAs(first);
    }

    [Fact]
    public void A_broken_bank_does_not_stand_in_the_way_of_another()
    {
        _folder.Write("bad.yaml", "version: [");
        _folder.Write("good.yaml", PromptFolder.Bank());

        _folder.Library.Get("good").Name.ShouldBe("good");
        Should.Throw<InvalidPromptBankException>(() => _folder.Library.Get("bad"));
    }

    [Theory]
    [InlineData("../rpl_x")]
    [InlineData("rpl_x.yaml")]
    [InlineData("sub/rpl_x")]
    [InlineData("./rpl_x")]
    [InlineData("RPL_X")]
    [InlineData("")]
    [InlineData("\0")]
    public void What_is_asked_for_never_acts_as_a_path(string request)
    {
        _folder.Write("rpl_x.yaml", PromptFolder.Bank());
        Directory.CreateDirectory(Path.Combine(_folder.Path, "sub"));
        _folder.Write("sub/rpl_x.yaml", PromptFolder.Bank());

        var error = Should.Throw<UnknownPromptException>(() => _folder.Library.Get(request));

        error.Requested.ShouldBe(request);
        error.Choices.ShouldBe(["rpl_x"]);
        error.Message.ShouldContain("rpl_x");
    }

    [Fact]
    public void An_unknown_name_is_answered_with_the_choices_and_the_closest()
    {
        _folder.Write("rpl_h1.yaml", PromptFolder.Bank("rpl_h1_2026-11-21"));
        _folder.Write("terse.yaml", PromptFolder.Bank("terse_1"));

        var error = Should.Throw<UnknownPromptException>(() => _folder.Library.Get("rpl_h7"));

        error.Closest.ShouldBe("rpl_h1");
        error.Message.ShouldBe(
            $"unknown prompt 'rpl_h7'; the banks in {_folder.Path} are rpl_h1, terse; did you mean 'rpl_h1'?"
        );
    }

    [Fact]
    public void A_mistyped_version_is_answered_with_the_closest_version()
    {
        _folder.Write("rpl_h1.yaml", PromptFolder.Bank("rpl_h1_2026-11-21"));

        Should
            .Throw<UnknownPromptException>(() => _folder.Library.Get("rpl_h1_2026-11-12"))
            .Closest.ShouldBe("rpl_h1_2026-11-21");
    }

    [Fact]
    public void A_request_that_resembles_nothing_gets_no_suggestion()
    {
        _folder.Write("rpl_h1.yaml", PromptFolder.Bank());

        var error = Should.Throw<UnknownPromptException>(() => _folder.Library.Get(new string('q', 100_000)));

        error.Closest.ShouldBeNull();
    }

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    [InlineData("same_1")]
    public void A_version_in_two_files_is_refused_naming_both(string request)
    {
        _folder.Write("a.yaml", PromptFolder.Bank("same_1"));
        _folder.Write("b.yaml", PromptFolder.Bank("same_1"));

        var error = Should.Throw<UnknownPromptException>(() => _folder.Library.Get(request));

        error.Message.ShouldContain("a.yaml");
        error.Message.ShouldContain("b.yaml");
        error.Message.ShouldContain("same_1");
    }

    [Fact]
    public void A_missing_directory_says_how_to_name_another()
    {
        var library = new PromptLibrary(Path.Combine(_folder.Path, "none"));

        library.Names.ShouldBeEmpty();
        Should.Throw<UnknownPromptException>(() => library.Get("a")).Message.ShouldContain("RPL_PROMPTS_DIR");
    }

    [Fact]
    public void A_file_whose_name_cannot_be_asked_for_is_pointed_out()
    {
        _folder.Write("My bank.yaml", PromptFolder.Bank());

        _folder.Library.Names.ShouldBeEmpty();
        Should.Throw<UnknownPromptException>(() => _folder.Library.Get("My bank")).Message.ShouldContain("not offered");
    }
}
