@echo off
chcp 65001 >nul
setlocal
set "PLACE=%~1"
if not "%~2"=="" goto strange
if "%PLACE%"=="" set "PLACE=%USERPROFILE%\gridplan"
if not exist "%LOCALAPPDATA%\gridplan\env\Scripts\gridplan.exe" (
    echo 还没有安装：先双击 install.cmd。  Not installed yet: start install.cmd first.
    pause
    exit /b 1
)
if "%~1"=="" if not exist "%PLACE%\*" mkdir "%PLACE%" || goto strange
if not exist "%PLACE%\*" goto strange
echo 正在打开工作台，文件在：  Opening the workbench; its files stand in:
echo "%PLACE%"
echo 请留着这个窗口；关掉它就关闭工作台，正在做的规划就没了，已保存的都在。没有打开浏览器时，把下面的地址复制到 Edge 或 Chrome。
echo Keep this window open; closing it closes the workbench and ends a plan at work, what was saved stays. If no browser opens, copy the address below
echo into Edge or Chrome.
"%LOCALAPPDATA%\gridplan\env\Scripts\gridplan.exe" open "%PLACE%\."
pause
exit /b 0
:strange
echo 这不是一个能用的文件夹：请拖一个文件夹（不是文件），路径里不要有逗号、分号、等号和 ^& 号。
echo This is no folder that can be used: drop a folder, not a file, without commas, semicolons, equals signs or ampersands in its path.
pause
exit /b 1
