"""Blocks of code are found in a page, with what their fences say."""

from unitdocs.portal.components.fences import Fence, find_fences

PAGE = """# Title

```bash
echo '# not a heading'
```

## First part { #first }

1. A step:

    ```python title="a.py"
    if True:
        pass
    ```

=== "Windows"

    ```{ .powershell data-no-run="needs Windows" title="b.ps1" }
    dir
    ```

### Last

````text
```
inner
```
````

~~~json
{}
~~~
"""


def test_each_block_has_its_language_text_line_and_heading() -> None:
    shell, python, windows, text, data = find_fences(PAGE)
    assert shell == Fence("bash", "echo '# not a heading'\n", 3, "Title")
    assert python == Fence("python", "if True:\n    pass\n", 11, "First part", title="a.py")
    assert windows == Fence("powershell", "dir\n", 18, "First part", title="b.ps1", no_run="needs Windows")
    assert (text.language, text.source) == ("text", "```\ninner\n```\n")
    assert (data.language, data.source, data.heading) == ("json", "{}\n", "Last")


def test_code_in_a_sentence_is_no_block() -> None:
    assert list(find_fences("A fence such as ```` ```{ .a } ```` is none.\n")) == []
