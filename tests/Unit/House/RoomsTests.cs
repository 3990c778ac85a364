using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Heretix.Tests.Unit.House;

/// <summary>Which room may use which is read off the built assemblies.</summary>
public sealed class RoomsTests
{
    /// <summary>Direct arrows; what they lead to may be used too.</summary>
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Heretix.Estimation"] = [],
        ["Heretix.Chats"] = [],
        ["Heretix.Models"] = [],
        ["Heretix.Lake"] = [],
        ["Heretix.Rpl"] = ["Heretix.Estimation", "Heretix.Models"],
        ["Heretix.Research"] = ["Heretix.Rpl", "Heretix.Lake"],
        ["hx"] = ["Heretix.Research", "Heretix.Chats"],
        ["Heretix.Platform"] = [],
        ["Heretix.Accounts"] = ["Heretix.Platform"],
        ["Heretix.Billing"] = ["Heretix.Accounts"],
        ["Heretix.Checks"] = ["Heretix.Rpl", "Heretix.Billing", "Heretix.Lake"],
        ["heretix"] = ["Heretix.Checks", "Heretix.Models"],
    };

    public static TheoryData<string> Rooms => [.. MayUse.Keys];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_uses_only_the_rooms_that_it_may(string room)
    {
        var allowed = Closure(room);
        var used = Load(room).GetReferencedAssemblies().Select(name => name.Name!).Where(IsRoom);
        used.Except(allowed).ShouldBeEmpty();
    }

    [Fact]
    public void Every_room_that_is_built_stands_in_the_table() =>
        Directory
            .GetFiles(AppContext.BaseDirectory, "*.dll")
            .Select(Path.GetFileNameWithoutExtension)
            .Where(name => IsRoom(name!) && !name!.StartsWith("Heretix.Tests", StringComparison.Ordinal))
            .Except(MayUse.Keys)
            .ShouldBeEmpty();

    [Fact]
    public void Estimation_is_numbers_only_without_packages_input_output_or_clock()
    {
        var estimation = Load("Heretix.Estimation");
        estimation
            .GetReferencedAssemblies()
            .Select(name => name.Name!)
            .ShouldAllBe(name => name.StartsWith("System.", StringComparison.Ordinal));

        string[] forbiddenNamespaces = ["System.IO", "System.Net", "System.Net.Http", "System.Threading.Tasks"];
        string[] forbiddenTypes = ["DateTime", "DateTimeOffset", "TimeProvider", "Stopwatch", "Console", "Process"];
        foreach (var (space, name) in TypesReferencedBy(estimation))
        {
            forbiddenNamespaces.ShouldNotContain(space, name);
            forbiddenTypes.ShouldNotContain(name);
        }

        // Iterators ask for the current thread by themselves; nothing else of the environment is touched.
        MembersReferencedBy(estimation, "Environment").Except(["get_CurrentManagedThreadId"]).ShouldBeEmpty();
    }

    [Fact]
    public void Chats_uses_no_packages_and_reads_no_clock()
    {
        var chats = Load("Heretix.Chats");
        chats
            .GetReferencedAssemblies()
            .Select(name => name.Name!)
            .ShouldAllBe(name => name.StartsWith("System.", StringComparison.Ordinal));
        TypesReferencedBy(chats)
            .Select(type => type.Name)
            .Intersect(["TimeProvider", "Stopwatch", "Console", "File", "Directory", "HttpClient"])
            .ShouldBeEmpty();
    }

    private static HashSet<string> Closure(string room)
    {
        var reached = new HashSet<string>();
        var open = new Queue<string>(MayUse[room]);
        while (open.TryDequeue(out var next))
        {
            if (reached.Add(next))
                MayUse[next].ToList().ForEach(open.Enqueue);
        }
        return reached;
    }

    private static List<(string Space, string Name)> TypesReferencedBy(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var metadata = file.GetMetadataReader();
        return
        [
            .. metadata
                .TypeReferences.Select(metadata.GetTypeReference)
                .Select(type => (metadata.GetString(type.Namespace), metadata.GetString(type.Name))),
        ];
    }

    private static List<string> MembersReferencedBy(Assembly assembly, string type)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var metadata = file.GetMetadataReader();
        return
        [
            .. metadata
                .MemberReferences.Select(metadata.GetMemberReference)
                .Where(member =>
                    member.Parent.Kind == HandleKind.TypeReference
                    && metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)member.Parent).Name) == type
                )
                .Select(member => metadata.GetString(member.Name)),
        ];
    }

    private static Assembly Load(string room) =>
        Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, room + ".dll"));

    private static bool IsRoom(string name) =>
        name is "hx" or "heretix" || name.StartsWith("Heretix.", StringComparison.Ordinal);
}
