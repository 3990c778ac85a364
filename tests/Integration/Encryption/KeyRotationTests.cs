using System.Security.Cryptography;
using System.Text;
using Heretix.Platform;
using Heretix.Platform.Database;
using Heretix.Platform.Encryption;
using Heretix.Platform.Modules;
using Heretix.Platform.Settings;
using Heretix.Tests.Integration.Servers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Heretix.Tests.Integration.Encryption;

/// <summary>Keys are rotated under rows that others read and write, with a model of the test's own.</summary>
public sealed class KeyRotationTests(PostgresCluster postgres) : IAsyncDisposable
{
    private const string Purpose = "tests.notes.text";
    private static readonly EncryptionKey Old = new("2025", SHA256.HashData("old"u8));
    private static readonly EncryptionKey New = new("2026", SHA256.HashData("new"u8));
    private readonly FieldCipher before = new([Old]);
    private readonly FieldCipher during = new([New, Old]);
    private readonly FieldCipher after = new([New]);
    private DatabaseConnections? connections;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_row_is_encrypted_again_and_the_old_key_can_go()
    {
        await MakeAsync(500);
        var said = new List<string>();
        var result = await Rotation().RunAsync(said.Add, Stop);
        result.ShouldBe(new RotationResult(500, 0));
        said.ShouldContain($"{Purpose}: 500 encrypted again");
        await AllReadableAsync(after, 500);
        (await Rotation().RunAsync(static _ => { }, Stop)).ShouldBe(new RotationResult(0, 0));
    }

    [Fact]
    public async Task A_rotation_that_was_stopped_goes_on()
    {
        await MakeAsync(700);
        using var stop = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(() => Rotation().RunAsync(_ => stop.Cancel(), stop.Token));
        var rest = await Rotation().RunAsync(static _ => { }, Stop);
        rest.Reencrypted.ShouldBeInRange(1, 699);
        await AllReadableAsync(after, 700);
    }

    [Fact]
    public async Task What_the_server_writes_meanwhile_is_kept_and_two_rotations_may_run_at_once()
    {
        await MakeAsync(1000);
        using var enough = new CancellationTokenSource();
        var writing = Task.Run(
            async () =>
            {
                var written = 0;
                await using var db = connections!.OpenUnpooled();
                for (; !enough.IsCancellationRequested; written++)
                {
                    var text = during.Encrypt(Encoding.UTF8.GetBytes($"rewritten"), Purpose);
                    await db.Set<Note>()
                        .Where(note => note.Number == written * 7 % 1000)
                        .ExecuteUpdateAsync(note => note.SetProperty(n => n.Text, text), Stop);
                }
                return written;
            },
            Stop
        );
        await Task.WhenAll(Rotation().RunAsync(static _ => { }, Stop), Rotation().RunAsync(static _ => { }, Stop));
        await enough.CancelAsync();
        var count = await writing;
        await using var check = connections!.OpenUnpooled();
        var rewritten = 0;
        foreach (var note in await check.Set<Note>().ToListAsync(Stop))
        {
            if (note.Text is { } text && Encoding.UTF8.GetString(after.Decrypt(text, Purpose)) == "rewritten")
                rewritten++;
        }
        rewritten.ShouldBe(Math.Min(count, 1000));
    }

    [Fact]
    public async Task A_row_that_no_key_reads_is_counted_and_left_as_it_is()
    {
        await MakeAsync(10);
        var stranger = new FieldCipher([new EncryptionKey("other", SHA256.HashData("other"u8))]);
        var text = stranger.Encrypt("lost"u8, Purpose);
        await using var db = connections!.OpenUnpooled();
        await db.Set<Note>()
            .Where(note => note.Number == 3)
            .ExecuteUpdateAsync(note => note.SetProperty(n => n.Text, text), Stop);
        (await Rotation().RunAsync(static _ => { }, Stop)).ShouldBe(new RotationResult(9, 1));
        (await db.Set<Note>().SingleAsync(note => note.Number == 3, Stop)).Text.ShouldBe(text);
    }

    [Fact]
    public async Task Contexts_with_other_parts_in_the_same_process_have_another_model()
    {
        await MakeAsync(0);
        await using var withNotes = connections!.OpenUnpooled();
        withNotes.Model.FindEntityType(typeof(Note)).ShouldNotBeNull();
        await using var host = await HeretixHost.StartAsync(postgres.Url(await postgres.CreateDatabaseAsync()));
        await using var without = host.OpenDb();
        without.Model.FindEntityType(typeof(Note)).ShouldBeNull();
    }

    public async ValueTask DisposeAsync()
    {
        if (connections is not null)
            await connections.DisposeAsync();
    }

    private KeyRotation Rotation() =>
        new(
            connections!,
            [
                new ColumnReencryption(new EncryptedColumn(typeof(Note), nameof(Note.Text), Purpose), during),
                new KeyRingReencryption(during),
            ]
        );

    private async Task MakeAsync(int rows)
    {
        var settings = new ServerSettings
        {
            Environment = "test",
            DataFolder = "/nowhere",
            DatabaseUrl = postgres.Url(await postgres.CreateEmptyDatabaseAsync()),
            AppUrl = new Uri("http://127.0.0.1:3000"),
            ApiUrl = new Uri("http://127.0.0.1:8000"),
            Configuration = new ConfigurationBuilder().Build(),
        };
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var options = Options.Create(new DatabaseOptions());
        connections = new DatabaseConnections(
            settings,
            options,
            new ModelParts([new PlatformModule(), new NotesModule()]),
            new DatabaseInterceptors(
                settings,
                options,
                new DatabaseMeters(meters.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>()),
                TimeProvider.System,
                NullLoggerFactory.Instance,
                []
            ),
            NullLoggerFactory.Instance
        );
        await using var db = connections.OpenUnpooled();
        await db.Database.EnsureCreatedAsync(Stop);
        for (var number = 0; number < rows; number++)
        {
            db.Add(
                new Note
                {
                    Owner = Guid.CreateVersion7(),
                    Number = number,
                    Text = before.Encrypt(Encoding.UTF8.GetBytes($"text {number}"), Purpose),
                }
            );
        }
        db.Add(new Note { Owner = Guid.CreateVersion7(), Number = rows });
        await db.SaveChangesAsync(Stop);
    }

    private async Task AllReadableAsync(FieldCipher cipher, int rows)
    {
        await using var db = connections!.OpenUnpooled();
        var notes = await db.Set<Note>().Where(note => note.Text != null).ToListAsync(Stop);
        notes.Count.ShouldBe(rows);
        foreach (var note in notes)
            Encoding.UTF8.GetString(cipher.Decrypt(note.Text, Purpose)).ShouldBe($"text {note.Number}");
    }

    private sealed class Note
    {
        public Guid Owner { get; init; }

        public int Number { get; init; }

        public byte[]? Text { get; set; }
    }

    private sealed class NotesModule : IModule
    {
        public string Name => "tests";

        public void AddServices(IServiceCollection services, ServerSettings settings) { }

        public void BuildModel(ModelBuilder model)
        {
            var note = model.Entity<Note>();
            note.ToTable("notes", "tests");
            note.HasKey(n => new { n.Owner, n.Number }).HasName("pk_notes");
            note.Property(n => n.Owner).HasColumnName("owner");
            note.Property(n => n.Number).HasColumnName("number").ValueGeneratedNever();
            note.Property(n => n.Text).HasColumnName("text");
        }
    }
}
